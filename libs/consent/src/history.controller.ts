import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { streamOf } from '@assent/kernel';
import { By, invalid, knownById, Needs, type Caller } from '@assent/http';
import { Policies } from '@assent/policy';
import { Directory, EventLog, Subjects } from '@assent/ports';
import { HistoryPage, PageQuery, type HistoryItem } from './history.dto.js';
import { evidenceOf, inOrder, itemOf, page } from './history.js';

const PAGE = 100;

/** GDPR art. 5(2), 7(1): the controller can show what happened, when, and on which proof. */
@ApiTags('subjects')
@ApiBearerAuth()
@Controller('v1/subjects')
export class HistoryController {
  constructor(
    private readonly log: EventLog,
    private readonly subjects: Subjects,
    private readonly directory: Directory,
    private readonly policies: Policies,
  ) {}

  @Get(':id/history')
  @Needs('history')
  @ApiOperation({ summary: 'Every event of a person, in the order of recording' })
  @ApiOkResponse({ type: HistoryPage })
  async history(
    @Param('id') id: string,
    @Query() { limit = PAGE, cursor }: PageQuery,
    @By() { tenant }: Caller,
  ): Promise<HistoryPage> {
    const { subjectId, keys } = await knownById(this.subjects, tenant, id);
    const histories = await Promise.all(
      this.streams(tenant, subjectId, keys).map((stream) => this.log.read(stream)),
    );
    const found = page(inOrder(histories.flat()), limit, cursor);
    if (found === undefined) throw invalid('/cursor', 'is not the `next` of an earlier page');
    const items = found.items.map(async (event) => {
      const evidence = evidenceOf(event);
      return itemOf(event, evidence ? await this.directory.openEvidence(tenant, evidence.id) : undefined);
    });
    return { items: (await Promise.all(items)) as unknown as HistoryItem[], next: found.next };
  }

  /** The person's own streams, and those of every address: refusals, and what the tools were told. */
  private streams(tenant: string, subjectId: string, keys: readonly string[]): string[] {
    const integrations = this.policies.integrations(tenant);
    return [
      ...(['subject', 'consent', 'newsletter', 'prospect'] as const).map((concept) =>
        streamOf(concept, tenant, subjectId),
      ),
      ...keys.flatMap((key) => [
        streamOf('opposition', tenant, key),
        ...integrations.map((integration) => streamOf('delivery', tenant, integration.id, key)),
      ]),
    ];
  }
}

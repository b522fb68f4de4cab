import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Clock } from '@assent/kernel';
import { By, invalid, Needs, ProblemError, resolve, type Caller } from '@assent/http';
import { Links } from '@assent/pages';
import { Policies } from '@assent/policy';
import { Subjects, type ResolvedSubject } from '@assent/ports';
import { LinksDto, LinksView } from './objections.dto.js';

/** What a sender puts into a mail so that one click ends it (RFC 8058). */
@ApiTags('objections')
@Controller('v1/links')
@Needs('objections')
export class LinksController {
  constructor(
    private readonly links: Links,
    private readonly subjects: Subjects,
    private readonly policies: Policies,
    private readonly clock: Clock,
  ) {}

  @Post()
  @HttpCode(200)
  @ApiOperation({ summary: 'Unsubscribe and preference links of one mail, with the headers it must carry' })
  @ApiOkResponse({ type: LinksView })
  async create(@By() { tenant }: Caller, @Body() body: LinksDto): Promise<LinksView> {
    const { purpose, channel, campaign } = body;
    const now = this.clock.now();
    const rules = this.policies.at(tenant, now).purpose(purpose);
    if (rules === undefined) {
      throw new ProblemError('purpose-unknown', '/purpose is not declared in the policy in force.');
    }
    if (rules.class !== 'marketing') {
      throw invalid('/purpose', 'must be a marketing purpose: only marketing can be refused');
    }
    const addressKey = emailKey(await resolve(this.subjects, tenant, body.subject));
    const payload = { tenant, addressKey, kind: 'email', purpose, channel } as const;
    return this.links.of({ ...payload, ...(campaign !== undefined && { campaign }) }, now);
  }
}

/** The address itself, known or not; of a person named otherwise, the e-mail address added last. */
function emailKey({ address, key, state }: ResolvedSubject): string {
  if (address?.kind === 'email' && key !== null) return key;
  if (state === null || state.erasedAt !== null) {
    throw new ProblemError('subject-unknown', 'Nobody is registered under this reference.');
  }
  const current = state.addresses
    .filter(({ kind, removedAt }) => kind === 'email' && removedAt === null)
    .sort((a, b) => b.addedAt - a.addedAt);
  if (current[0] === undefined) throw new ProblemError('undeliverable', 'The person has no e-mail address.');
  return current[0].key;
}

import { Body, Controller, Get, HttpCode, Module, Param, Post, Query, Req } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Type } from 'class-transformer';
import { IsArray, IsIn, IsObject, IsOptional, IsString, ValidateNested } from 'class-validator';
import type { FastifyRequest } from 'fastify';
import { SystemClock } from '@assent/kernel';
import type { Keyring } from '@assent/ports';
import { ApiKeys } from './api-keys.js';
import { By, Needs, type Caller } from './caller.js';
import { createHttpApp } from './create-app.js';
import { createLogger } from './logging.js';
import { Metrics } from './metrics.js';
import { OperationsController, Readiness } from './operations.controller.js';
import { MemoryRecords } from './records-spec.js';

export const KEY = 'a-key-that-is-long-enough';
export const NARROW = 'another-key-with-one-scope';

export class InnerDto {
  @IsString()
  email!: string;
}
export class ThingDto {
  @IsObject()
  @ValidateNested()
  @Type(() => InnerDto)
  subject!: InnerDto;
  @IsOptional()
  @IsIn(['letter', 'phone'])
  source?: string;
  @IsOptional()
  @IsArray()
  @ValidateNested({ each: true })
  @Type(() => InnerDto)
  more?: InnerDto[];
}
class FilterDto {
  @IsOptional()
  @IsString()
  state?: string;
}

/** What the doors below saw and do. */
export class Seen {
  readonly commandIds: (string | null)[] = [];
  effects = 0;
  failure: Error | undefined;
  /** Awaited by every write, when set. */
  gate: Promise<void> | undefined;
}

@Needs('objections')
@Controller('v1/things')
class ThingsController {
  constructor(private readonly seen: Seen) {}

  @Post()
  async make(@Body() body: ThingDto, @By() caller: Caller) {
    await this.seen.gate;
    if (this.seen.failure !== undefined) throw this.seen.failure;
    this.seen.commandIds.push(caller.commandId);
    return { tenant: caller.tenant, effects: ++this.seen.effects, source: body.source ?? null };
  }
  @Get()
  list(@Query() query: FilterDto): object {
    return { state: query.state ?? null };
  }
  @Get(':id')
  show(@Param('id') id: string): { id: string } {
    return { id };
  }
  /** A batch: the body is the stream itself. */
  @Post('batch')
  @HttpCode(200)
  async batch(@Req() { body }: FastifyRequest): Promise<{ bytes: number }> {
    let bytes = 0;
    for await (const chunk of body as AsyncIterable<Buffer>) bytes += chunk.length;
    return { bytes };
  }
}

@Controller('u')
class ClickController {
  @Post(':token')
  @HttpCode(200)
  click(@Param('token') token: string, @Req() { body }: FastifyRequest): string {
    return `${token.length} ${typeof body}`;
  }
  @Post(':token/undo')
  @HttpCode(200)
  undo(): string {
    return 'undone';
  }
  @Get(':token')
  page(): string {
    return 'page';
  }
}

export interface Things {
  readonly app: NestFastifyApplication;
  readonly seen: Seen;
  readonly records: MemoryRecords;
  readonly readiness: Readiness;
  /** Log lines so far. */
  readonly lines: string[];
  post(payload: unknown, headers?: Record<string, string>): ReturnType<NestFastifyApplication['inject']>;
}

/** An application on the frame, with doors of every kind. */
export async function openThings(): Promise<Things> {
  const seen = new Seen();
  const records = new MemoryRecords();
  const readiness = new Readiness();
  const metrics = new Metrics();
  const lines: string[] = [];

  class ThingsModule {}
  Module({
    controllers: [ThingsController, ClickController, OperationsController],
    providers: [
      { provide: Metrics, useValue: metrics },
      { provide: Readiness, useValue: readiness },
      { provide: Seen, useValue: seen },
    ],
  })(ThingsModule);

  const settings = [
    { tenant: 't1', key: KEY, scopes: ['objections', 'history'] as const },
    { tenant: 't1', key: NARROW, scopes: ['history'] as const },
  ];
  const { keys: apiKeys } = await ApiKeys.load(records, settings, ['t1'], 0);
  const keyring = {
    digest: (_: string, __: string, value: unknown) => JSON.stringify(value),
  } as unknown as Keyring;
  const app = await createHttpApp(
    { module: ThingsModule },
    {
      logger: createLogger('trace', { write: (line: string) => void lines.push(line) }),
      clock: new SystemClock(),
      ...{ metrics, records, keyring, apiKeys, trustProxy: false, longestParameter: 300 },
      publicUrl: () => 'https://consent.example.org',
    },
  );
  await app.init();
  await app.getHttpAdapter().getInstance().ready();
  const post = (payload: unknown, headers: Record<string, string> = {}) =>
    app.inject({
      method: 'POST',
      url: '/v1/things',
      payload: typeof payload === 'string' ? payload : JSON.stringify(payload),
      headers: { authorization: `Bearer ${KEY}`, 'content-type': 'application/json', ...headers },
    });
  return { app, seen, records, readiness, lines, post };
}

import { Controller, Get, Header, Param, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Metrics } from './metrics.js';
import { ProblemError } from './problems.js';
import { problemsPage } from './problems-page.js';
import { asyncApiYaml, eventSchema } from './published-events.js';

/** What must be true before the process may be asked; each check says what is missing. */
export class Readiness {
  private readonly checks = new Map<string, () => boolean>();

  add(name: string, check: () => boolean): void {
    this.checks.set(name, check);
  }

  missing(): string[] {
    return [...this.checks].filter(([, check]) => !check()).map(([name]) => name);
  }
}

/** For whoever runs the process. */
@ApiExcludeController()
@Controller()
export class OperationsController {
  constructor(
    private readonly metrics: Metrics,
    private readonly readiness: Readiness,
  ) {}

  @Get('healthz')
  health(): { status: 'up' } {
    return { status: 'up' };
  }

  @Get('readyz')
  ready(@Res({ passthrough: true }) reply: FastifyReply): { status: string; missing?: string[] } {
    const missing = this.readiness.missing();
    if (missing.length === 0) return { status: 'ready' };
    void reply.status(503).header('retry-after', '1');
    return { status: 'not-ready', missing };
  }

  @Get('metrics')
  @Header('content-type', 'text/plain; version=0.0.4; charset=utf-8')
  text(): Promise<string> {
    return this.metrics.registry.metrics();
  }

  /** The topics, for whoever reads them. */
  @Get('asyncapi.yaml')
  @Header('content-type', 'application/yaml; charset=utf-8')
  topics(): string {
    return asyncApiYaml();
  }

  @Get('schemas/:name')
  @Header('content-type', 'application/schema+json; charset=utf-8')
  schema(@Param('name') name: string): string {
    const schema = eventSchema(name);
    if (schema === undefined) throw new ProblemError('not-found', 'There is no such type of event.');
    return JSON.stringify(schema, null, 2);
  }

  /** Where the `type` of every problem points to. */
  @Get('docs/problems')
  @Header('content-type', 'text/html; charset=utf-8')
  problems(): string {
    return problemsPage();
  }
}

import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';

interface Operation {
  responses?: Record<string, unknown>;
  security?: unknown[];
}

const PEOPLE = {
  200: { description: 'Done, or shown: a page when `text/html` is accepted, else nothing.' },
  404: { description: 'No such link.' },
  410: { description: 'The time for it is over.' },
};

const PROBLEM = {
  type: 'object',
  required: ['type', 'title', 'status', 'detail', 'code', 'instance'],
  properties: {
    type: { type: 'string', example: '/docs/problems#invalid-request' },
    title: { type: 'string', example: 'The request is not valid' },
    status: { type: 'integer', example: 400 },
    detail: { type: 'string', example: '/source must be one of the following values: letter, phone' },
    code: { type: 'string', example: 'invalid-request' },
    instance: { type: 'string', example: 'urn:assent:request:01JD8Q4V6M2S7X9K3T5B1N0PZC' },
    errors: {
      type: 'array',
      items: {
        type: 'object',
        properties: { pointer: { type: 'string', example: '/source' }, detail: { type: 'string' } },
      },
    },
  },
} as const;

/** The OpenAPI document of the app's own routes, with the problem answer on each. */
export function describeApi(app: NestFastifyApplication): OpenAPIObject {
  const settings = new DocumentBuilder()
    .setTitle('Assent')
    .setDescription('May we contact this person, for this purpose, on this channel, now, and how do we know?')
    .setVersion('1')
    .addBearerAuth({ type: 'http', scheme: 'bearer', description: 'API key of the tenant' })
    .addSecurityRequirements('bearer')
    .build();
  const document = SwaggerModule.createDocument(app, settings);
  document.components ??= {};
  document.components.schemas = { ...document.components.schemas, Problem: PROBLEM as never };
  const problem = {
    description: 'A problem document (RFC 9457).',
    content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
  };
  for (const [path, methods] of Object.entries(document.paths)) {
    for (const operation of Object.values(methods as Record<string, Operation>)) {
      if (path.startsWith('/v1')) {
        operation.responses = {
          ...operation.responses,
          400: problem,
          401: problem,
          403: problem,
          default: problem,
        };
      } else {
        // What people open: no key, a page or nothing, and the same for every wrong link.
        operation.security = [];
        operation.responses = PEOPLE;
      }
    }
  }
  return document;
}

/** `/docs` for people, `/openapi.json` for tools. */
export function serveDocs(app: NestFastifyApplication): void {
  SwaggerModule.setup('docs', app, () => describeApi(app), { jsonDocumentUrl: 'openapi.json' });
}

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { bodyOf, MOODS } from '@assent/integration-kit';
import { h } from 'preact';
import { render } from 'preact-render-to-string';
import { FakesPage } from './fakes.page.js';
import type { StandIn } from './stand-in.js';

/** The page, and its two forms. For this machine only: it asks nobody who they are. */
export function pageServer(tools: readonly StandIn[]): Server {
  return createServer((request, response) => void serve(tools, request, response));
}

async function serve(
  tools: readonly StandIn[],
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const form = new URLSearchParams((await bodyOf(request)) ?? '');
  const back = () => void response.writeHead(303, { location: '/' }).end();
  switch (`${request.method ?? ''} ${request.url ?? ''}`) {
    case 'GET /': {
      const page = render(h(FakesPage, { tools, moods: Object.keys(MOODS) }));
      const headers = {
        'content-type': 'text/html; charset=utf-8',
        'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'",
      };
      return void response.writeHead(200, headers).end(`<!doctype html>${page}`);
    }
    case 'POST /seed':
      for (const tool of tools) tool.seed(form.get('address') ?? '');
      return back();
    case 'POST /mood': {
      const tool = tools.find(({ kind }) => kind === form.get('kind'));
      const fault = MOODS[form.get('mood') ?? ''];
      tool?.mend();
      if (fault !== undefined) tool?.fail(fault);
      return back();
    }
    default:
      return void response.writeHead(404).end();
  }
}

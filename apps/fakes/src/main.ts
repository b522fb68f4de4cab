/**
 * Every stand-in and a page that shows what each believes: `npm run fakes`. Ports from 4100 on (or the first argument);
 * the page is on the first. Prints what to put into `integrations.yaml`.
 */
import { everyTool, integrationsFor } from './every-tool.js';
import { pageServer } from './page-server.js';

const first = Number(process.argv[2] ?? 4100);
const tools = everyTool();
for (const [i, tool] of tools.entries()) await tool.start(first + 1 + i);
pageServer(tools).listen(first, '127.0.0.1', () =>
  console.log(
    [
      `What each tool believes: http://127.0.0.1:${first}/`,
      '',
      'policies/<tenant>/integrations.yaml, with the purposes of the tenant (start Assent with ASSENT_ALLOW_PRIVATE_NETWORKS=1):',
      '',
      integrationsFor(tools, 'newsletter', 'prospecting'),
    ].join('\n'),
  ),
);

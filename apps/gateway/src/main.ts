import { createGateway } from './gateway.js';
import { readUpstreams } from './upstreams.js';

const { ASSENT_SERVICES = '', PORT = '8080', HOST = '127.0.0.1', ASSENT_TEST_CLOCK } = process.env;
try {
  const server = createGateway(readUpstreams(ASSENT_SERVICES), { testClock: ASSENT_TEST_CLOCK === '1' });
  server.listen(Number(PORT), HOST, () => {
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : PORT;
    process.stdout.write(`Server listening at http://${HOST}:${port}\n`);
  });
  for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => server.close(() => process.exit(0)));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`, () => process.exit(1));
}

/** The stand-in for people and demonstrations: `node libs/integrations/webhook/dist/main.js [port]`, control on port + 1. */
import { createServer } from 'node:http';
import { controlOf } from './control.js';
import { FakeReceiver } from './fake-receiver.js';

const port = Number(process.argv[2] ?? 4020);
const receiver = new FakeReceiver();
await receiver.start(port);
createServer(controlOf(receiver)).listen(port + 1, '127.0.0.1');
console.log(
  [
    `url: ${receiver.url}`,
    `secret: ${receiver.secret}`,
    `readBackUrl: ${receiver.readBackUrl}`,
    `control: http://127.0.0.1:${port + 1}/`,
  ].join('\n'),
);

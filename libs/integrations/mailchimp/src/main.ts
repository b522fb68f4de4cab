/**
 * The stand-in for people and demonstrations: `node libs/integrations/mailchimp/dist/main.js [port] [list…]`, control on
 * port + 1.
 */
import { createServer } from 'node:http';
import { controlOf } from './control.js';
import { FakeMailchimp } from './fake-mailchimp.js';

const [port = '4010', ...lists] = process.argv.slice(2);
const fake = new FakeMailchimp(...(lists.length > 0 ? lists : ['a1b2c3', 'd4e5f6']));
await fake.start(Number(port));
createServer(controlOf(fake)).listen(Number(port) + 1, '127.0.0.1');
console.log(
  [
    `baseUrl: ${fake.url}`,
    `apiKey: ${fake.apiKey}`,
    `lists: ${Object.keys(fake.dump()).join(', ')}`,
    `control: http://127.0.0.1:${Number(port) + 1}/`,
  ].join('\n'),
);

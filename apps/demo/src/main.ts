/**
 * The product explained by running it: two thousand contacts, a stand-in for Mailchimp, a year on the clock. Everything
 * is made up as it goes, in a folder of its own that is removed at the end.
 */
import { Command } from 'commander';
import { FakeMailchimp } from '@assent/integration-mailchimp';
import { oneLetter } from './letter.js';
import { Product } from './product.js';
import { bold, chapter, dim, fact, table } from './screen.js';
import { CONTACTS, FEWEST, NEWS, OFFERS, Story, TENANT, type Cast } from './story.js';

const program = new Command('demo')
  .description('The product explained by running it.')
  .option('--port <number>', 'port of the product', process.env['PORT'] ?? '8080')
  .option('--contacts <number>', `how many contacts, ${FEWEST} or more`, String(CONTACTS))
  .option('--once', 'end when the story is told')
  .parse();
const { port, contacts, once } = program.opts<{ port: string; contacts: string; once?: true }>();
if (!(Number(contacts) >= FEWEST)) program.error(`--contacts must be ${FEWEST} or more`);
const started = performance.now();

const INTEGRATIONS = `integrations:
  - id: mailchimp-main
    kind: mailchimp
    role: marketing
    purposes: { newsletter: { list: ${NEWS} }, prospecting: { list: ${OFFERS} } }
    processor: { name: Mailchimp, country: US, mechanism: scc, contract: demo }
    apiKey: \${MAILCHIMP_API_KEY}
    baseUrl: \${MAILCHIMP_URL}
`;

const WHO: readonly (readonly [keyof Cast, string])[] = [
  ['answered', 'clicked a year ago'],
  ['silent', 'never answered'],
  ['unsubscribed', 'clicked “unsubscribe”'],
  ['letter', 'objected by letter'],
  ['duringOutage', 'unsubscribed in the outage'],
  ['erased', 'asked to be forgotten'],
  ['undecided', 'signed up, never confirmed'],
  ['reader', 'confirmed the newsletter'],
];

async function whatEveryoneSays(story: Story, mailchimp: FakeMailchimp): Promise<void> {
  chapter(
    'What each of them may get now',
    'The same answer for a tool that asks, for the page of the person, and in Mailchimp.',
  );
  const rows = WHO.map(async ([role, what]) => {
    const email = story.cast[role];
    const inTool = [OFFERS, NEWS]
      .map((list) => mailchimp.member(list, email))
      .map((member) => member?.status ?? '–')
      .join(' / ');
    return [
      email,
      what,
      await story.code(email, 'prospecting'),
      await story.code(email, 'newsletter'),
      inTool,
    ];
  });
  table(
    ['who', 'what happened', 'offers?', 'newsletter?', 'Mailchimp: offers / news'],
    await Promise.all(rows),
  );
}

async function links(product: Product, story: Story): Promise<void> {
  const of = async (email: string) => {
    const body = { subject: { email }, purpose: 'newsletter', channel: 'email' };
    return (await product.post<{ preferences: string }>('/v1/links', body)).preferences;
  };
  chapter(
    'Click around',
    'The product goes on running, with the clock a year ahead. Ctrl-C ends it and removes its data.',
  );
  fact(`a subscriber’s page      ${await of(story.cast.reader)}`);
  fact(`who objected by letter   ${await of(story.cast.letter)}`);
  fact(`sign-up form             ${product.url}/s/${TENANT}/newsletter?locale=en`);
  fact(`mails that were sent     ${product.url}/mailbox`);
  fact(`API, with examples       ${product.url}/docs`);
}

const mailchimp = new FakeMailchimp(NEWS, OFFERS);
await mailchimp.start();
process.stdout.write(`${bold('Assent')} ${dim('· starting the product and a stand-in for Mailchimp …')}\n`);
let product: Product | undefined;
const end = async (code: number): Promise<void> => {
  await product?.end();
  await mailchimp.stop();
  process.exit(code);
};
process.once('SIGINT', () => void end(0));
process.once('SIGTERM', () => void end(0));
try {
  product = await Product.start({
    ...{ tenant: TENANT, port: Number(port), integrations: INTEGRATIONS },
    env: { MAILCHIMP_API_KEY: mailchimp.apiKey, MAILCHIMP_URL: mailchimp.url },
  });
  const story = new Story(product, mailchimp, Number(contacts));
  await story.tell();
  await whatEveryoneSays(story, mailchimp);
  await oneLetter();
  await links(product, story);
  const seconds = Math.round((performance.now() - started) / 1000);
  process.stdout.write(`\n   ${dim(`told in ${seconds} s`)}\n`);
  if (once) await end(0);
} catch (error) {
  process.stderr.write(`\n${error instanceof Error ? error.message : String(error)}\n`);
  await end(1);
}

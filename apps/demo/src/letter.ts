/** One letter of objection and what comes of it at every kind of tool: a product of its own, and a stand-in of each. */
import { everyTool, integrationsFor } from '@assent/fakes';
import { freePort, Product } from './product.js';
import { chapter, fact, table } from './screen.js';
import { TENANT } from './story.js';
import { watch } from './waiting.js';

const EMAIL = 'contact-0001@example.org';
const PHONE = '+33612345678';
const START = Date.parse('2026-06-01T08:00:00Z');
/** When a tool is looked at after it was told. */
const LOOKS_MS = [10_000, 60_000, 15 * 60_000, 6 * 3_600_000];
/** Those that know people by a telephone number as well. */
const BY_PHONE = ['brevo', 'mandrill'];

interface Delivery {
  readonly integration: string;
  readonly desired: { readonly kind: string };
  readonly state: string;
  readonly verifiedAt: string | null;
  readonly receipts: readonly { readonly calls: readonly { readonly operation: string }[] }[];
}

export async function oneLetter(): Promise<void> {
  const tools = everyTool();
  chapter(
    `One letter, ${tools.length} tools`,
    'Another company, with every kind of tool there is a connector for. All of them mail this person.',
  );
  let product: Product | undefined;
  try {
    for (const tool of tools) await tool.start();
    const integrations = integrationsFor(tools, 'newsletter', 'prospecting');
    product = await Product.start({ tenant: TENANT, port: await freePort(), integrations, env: {} });
    await product.clock(new Date(START).toISOString());
    for (const tool of tools) {
      tool.seed(EMAIL);
      if (BY_PHONE.includes(tool.kind)) tool.seed(PHONE);
    }
    const { subjectId } = await product.post('/v1/subjects', {
      addresses: [
        { kind: 'email', value: EMAIL },
        { kind: 'phone', value: PHONE },
      ],
      ...{ context: 'consumer', relationship: 'prospect', informed: true, notice: 'collection@1' },
    });
    fact(`${mailing(tools).length} tools would mail them.`);
    await product.post('/v1/objections', {
      ...{ subject: { email: EMAIL }, source: 'letter' },
      evidence: { method: 'paper', documentRef: 'scan-2026-0043' },
    });
    await watch(product, passing(product), 'told and read back');
    fact(`${mailing(tools).length} tools would mail them.`);
    const path = `/v1/deliveries?subject=${String(subjectId)}&limit=100`;
    const { items } = await product.get<{ items: Delivery[] }>(path);
    table(['tool', 'address', 'state', 'seen at', 'last call'], items.map(rowOf).sort());
  } finally {
    await product?.end();
    for (const tool of tools) await tool.stop();
  }
}

const mailing = (tools: ReturnType<typeof everyTool>) => tools.filter((tool) => tool.mails(EMAIL));

async function passing(product: Product): Promise<void> {
  let now = START;
  for (const look of LOOKS_MS) {
    now += look;
    await product.clock(new Date(now).toISOString());
  }
}

const rowOf = ({ integration, desired, state, verifiedAt, receipts }: Delivery): string[] => [
  integration.replace(/-main$/, ''),
  desired.kind,
  state,
  verifiedAt?.slice(0, 19).replace('T', ' ') ?? '–',
  receipts.flatMap(({ calls }) => calls).at(-1)?.operation ?? '–',
];

import { randomUUID } from 'node:crypto';
import { paris } from '../support/local.js';
import { World, type Answer } from '../support/world.js';
import { GOLDEN, type Act, type GoldenCase } from './golden-cases.js';

/** How the facts reach the product: when they happen, or all at once and much later, with `occurredAt`. */
type Telling = 'as it happens' | 'told late';

async function play(world: World, { tenant, acts, asks }: GoldenCase, telling: Telling): Promise<string[]> {
  const name = randomUUID();
  const subject = { email: `${name}@example.org` };
  const phone = `+336${String(parseInt(name.slice(0, 7), 16) % 1e8).padStart(8, '0')}`;
  const asItHappens = telling === 'as it happens';
  const when = (at: string) => (asItHappens ? {} : { occurredAt: paris(at) });
  if (!asItHappens) await world.setClock(paris(acts.at(-1)?.at ?? ''));

  for (const act of acts) {
    if (asItHappens) await world.setClock(paris(act.at));
    await perform(act);
  }
  const codes: string[] = [];
  for (const { at, purpose, channel = 'email' } of asks) {
    if (asItHappens) await world.setClock(paris(at));
    const answer = await world.done(tenant, '/v1/eligibility', {
      subject,
      purpose,
      channel,
      ...(!asItHappens && { at: paris(at) }),
    });
    expect(answer['allowed']).toBe(answer['code'] === 'allowed');
    codes.push(String(answer['code']));
  }
  return codes;

  async function perform(act: Act): Promise<void> {
    const solicitation = (campaign: string, id: string, channel: string, mode: string): Promise<Answer> => {
      const purpose = tenant === 'presentinfini' ? 'prospecting' : 'solicitation';
      const body = { subject, solicitationId: id, campaign, channel, purpose, mode, ...when(act.at) };
      return world.post(tenant, '/v1/solicitations', body);
    };
    if ('collected' in act) {
      const { addresses, ...more } = act.collected;
      await world.done(tenant, '/v1/subjects', {
        addresses: [
          { kind: 'email', value: subject.email },
          ...(addresses === 'both' ? [{ kind: 'phone', value: phone }] : []),
        ],
        context: 'consumer',
        relationship: 'prospect',
        ...more,
        ...(!asItHappens && { collectedAt: paris(act.at) }),
      });
    } else if ('consent' in act) {
      const method = act.by ?? 'form';
      const notice = `${act.consent.split('.')[0] ?? ''}@1`;
      const evidence = { method, ...(method === 'form' && { confirmedAt: paris(act.at) }) };
      const body = {
        subject,
        purpose: act.consent,
        channels: ['email'],
        decision: 'given',
        notice,
        evidence,
      };
      const answer = await world.post(tenant, '/v1/consents', { ...body, ...when(act.at) });
      expect(answer.status).toBe(method === 'import' ? 409 : 201);
    } else if ('response' in act) {
      const scanner = act.scanner === true ? { suspectedScanner: true } : {};
      await world.done(tenant, '/v1/responses', { subject, kind: act.response, ...scanner, ...when(act.at) });
    } else if ('solicited' in act) {
      const answer = await solicitation(
        act.solicited,
        act.id ?? act.solicited,
        act.channel ?? 'email',
        'report',
      );
      expect(answer.status).toBe(201);
    } else if ('permitted' in act) {
      const answer = await solicitation(act.permitted, act.permitted, 'email', 'permit');
      expect(answer.status).toBe(act.permitted === 'blocked' ? 409 : 201);
    } else if ('bounced' in act) {
      const reason = 'bounced';
      await world.done(tenant, '/v1/solicitations/reverse', {
        subject,
        solicitationId: act.bounced,
        reason,
        ...when(act.at),
      });
    } else {
      const body = { subject, purpose: act.objection, channel: '*', source: act.source };
      await world.done(tenant, '/v1/objections', { ...body, ...when(act.at) });
    }
  }
}

describe('The golden table over HTTP', () => {
  let world: World;
  beforeAll(async () => {
    world = await World.create({ clock: '2026-01-01T00:00:00Z' });
  });
  afterAll(() => world?.end());

  for (const telling of ['as it happens', 'told late'] as const) {
    describe(telling, () => {
      it.each(GOLDEN.map((golden) => [golden.title, golden] as const))('%s', async (_, golden) => {
        expect(await play(world, golden, telling)).toEqual(golden.asks.map(({ code }) => code));
      });
    });
  }
});

import { NOON, world } from './world-spec.js';

async function told() {
  const all = world();
  const given = {
    ...{ subject: { email: 'ada@example.org' }, purpose: 'offers', channels: ['email'], decision: 'given' },
    ...{ notice: 'offers@2', evidence: { method: 'form', ip: '203.0.113.7' } },
    occurredAt: '2026-05-31T12:00:00Z',
  };
  await all.post(given);
  all.clock.set(NOON + 1000);
  await all.objected('ada@example.org', NOON);
  all.clock.set(NOON + 2000);
  await all.post({ subject: given.subject, purpose: 'offers', decision: 'withdrawn' });
  const ask = (query: object = {}) => all.history.history('sub_1', query, all.caller);
  return { ...all, ask };
}

describe("A person's history", () => {
  it('tells every event in the order of recording, with proof, actor and policy', async () => {
    const { ask } = await told();
    const { items, next } = await ask();
    expect(next).toBeNull();
    expect(items).toMatchObject([
      {
        ...{ type: 'assent.consent.consent-given', revision: 1, actor: 'key:1', policy: 'presentinfini@1' },
        ...{ occurredAt: '2026-05-31T12:00:00.000Z', recordedAt: '2026-06-01T12:00:00.000Z' },
        ...{ purpose: 'offers', channels: ['email'], notice: 'offers@2', causedBy: null },
        evidence: { method: 'form', ip: '203.0.113.7' },
      },
      { type: 'assent.opposition.objection-recorded', scope: { purpose: '*', channel: '*' }, evidence: null },
      { type: 'assent.consent.consent-withdrawn', revision: 2 },
    ]);
  });

  it('says where a proof was erased', async () => {
    const { ask, subjects } = await told();
    subjects.evidence.clear();
    expect((await ask()).items[0]?.evidence).toMatchObject({ method: 'form', erased: true });
  });

  it('comes in pages', async () => {
    const { ask } = await told();
    const first = await ask({ limit: 2 });
    expect(first.items).toHaveLength(2);
    expect((await ask({ limit: 3 })).next).toBeNull();
    const second = await ask({ limit: 2, cursor: first.next });
    expect(second).toMatchObject({ items: [{ type: 'assent.consent.consent-withdrawn' }], next: null });
    await expect(ask({ cursor: 'nothing' })).rejects.toMatchObject({ code: 'invalid-request' });
  });

  it('of nobody is answered as such', async () => {
    const { history, caller } = await told();
    await expect(history.history('sub_9', {}, caller)).rejects.toMatchObject({ code: 'subject-unknown' });
  });
});

import type { Recipient } from '@assent/ports';
import { isBeingErased } from './subject.js';
import { HOLD_MS, nextLook, reasonOf, requestOf, subjectOf } from './erasure.js';
import { SubjectWaker } from './subject-waker.service.js';
import { email, NOON, phone, TENANT, world } from './world-spec.js';

const DAY = 86_400_000;
const waiting: Recipient = {
  integration: 'mail',
  kind: 'email',
  state: 'queued',
  toldAt: null,
  verifiedAt: null,
  settled: false,
};
const verified: Recipient = {
  ...waiting,
  state: 'verified',
  toldAt: NOON + 1,
  verifiedAt: NOON + 2,
  settled: true,
};
const by = { actor: 'key:test' };

async function erased() {
  const made = world();
  const { register, erasures, keyOf } = made;
  const { body } = await register({
    addresses: [email('ada@example.org'), phone('+33612345678')],
    locale: 'fr',
    evidence: { method: 'form', note: 'canary' },
  });
  const id = body.subjectId ?? '';
  const keys = [keyOf('ada@example.org'), keyOf('+33612345678', 'phone')];
  await erasures.request(TENANT, id, 'request', by);
  const refused = () => keys.forEach((key) => made.refuse(key, NOON));
  const advance = () => erasures.advance(TENANT, id);
  const progress = () => erasures.progress(TENANT, id);
  return { ...made, id, keys, refused, advance, progress };
}

describe('An erasure', () => {
  it('is recorded once, however often it is asked for, and of nobody unknown', async () => {
    const { erasures, id, facts } = await erased();
    expect(await erasures.request(TENANT, id, 'unlawful', by)).toBe(true);
    expect(facts(id).filter(({ type }) => type === 'SubjectErased')).toMatchObject([
      { reason: 'request', at: NOON },
    ]);
    expect(await erasures.request(TENANT, 'sub_01JD8Q4V6M2S7X9K3T5B1N0PZC', 'request', by)).toBe(false);
    expect(await erasures.request('assistool', id, 'request', by)).toBe(false);
  });

  it('first leaves the clear addresses for stopping only, thirty days, and nothing else', async () => {
    const { advance, directory, id, keys, recipients } = await erased();
    recipients.all = [waiting];
    await advance();
    await advance();
    expect(recipients.told).toEqual([id, id]);
    for (const key of keys) {
      expect(await directory.address(TENANT, key, NOON + HOLD_MS - 1)).toBeDefined();
      expect(await directory.address(TENANT, key, NOON + HOLD_MS)).toBeUndefined();
      expect(await directory.owner(TENANT, key)).toBe(id);
    }
    expect(await directory.profile(TENANT, id)).toBeUndefined();
    expect(directory.evidence.size).toBe(0);
  });

  it('empties the directory when every tool has forgotten the person, and the refusal stays', async () => {
    const { advance, directory, keys, recipients, refused, progress, facts, id } = await erased();
    recipients.all = [verified, waiting];
    refused();
    await advance();
    expect((await progress())?.state).toBe('accepted');
    recipients.all = [verified, { ...waiting, state: 'accepted', toldAt: NOON }];
    expect((await progress())?.state).toBe('told');
    recipients.all = [verified, { ...verified, integration: 'crm' }];
    expect((await progress())?.state).toBe('verified');
    await advance();
    await advance();
    for (const key of keys) {
      expect(await directory.address(TENANT, key, NOON)).toBeUndefined();
      expect(await directory.owner(TENANT, key)).toBeUndefined();
    }
    expect(facts(id).map(({ type }) => type)).toEqual([
      'SubjectRegistered',
      'SubjectErased',
      'ErasureCompleted',
    ]);
    expect((await progress())?.certificate).toMatchObject({
      requestId: requestOf(id),
      recipients: [{}, { integration: 'crm' }],
    });
  });

  it('does not end before the opposition list answers for every address', async () => {
    const { advance, keys, refuse, progress } = await erased();
    refuse(keys[0] ?? '', NOON);
    await advance();
    expect((await progress())?.state).toBe('verified');
    refuse(keys[1] ?? '', NOON - 2 * DAY); // an older refusal ends sooner
    await advance();
    expect((await progress())?.state).toBe('verified');
    refuse(keys[1] ?? '', NOON);
    await advance();
    expect((await progress())?.state).toBe('done');
  });

  it('ends after thirty days also when a tool did not answer, and says so', async () => {
    const { advance, clock, recipients, refused, progress } = await erased();
    recipients.all = [waiting];
    refused();
    clock.set(NOON + HOLD_MS - 1);
    await advance();
    expect((await progress())?.state).toBe('accepted');
    clock.set(NOON + HOLD_MS);
    await advance();
    expect(await progress()).toMatchObject({
      state: 'done',
      certificate: { recipients: [{ integration: 'mail', state: 'queued', verifiedAt: null }] },
    });
  });

  it('repeats what a crash cut off: the end is recorded when the directory is empty, not before', async () => {
    const { advance, directory, recipients, refused, progress } = await erased();
    recipients.all = [verified];
    refused();
    const erase = directory.erase.bind(directory);
    directory.erase = () => Promise.reject(new Error('the disk is gone'));
    await expect(advance()).rejects.toThrow('the disk is gone');
    expect((await progress())?.state).toBe('verified');
    directory.erase = erase;
    await advance();
    expect((await progress())?.state).toBe('done');
  });

  it('lets nothing of the person be kept again', async () => {
    const { register, subjects, id, directory } = await erased();
    const again = register({
      addresses: [email('ada@example.org')],
      locale: 'en',
      evidence: { method: 'form', note: 'x' },
    });
    await expect(again).rejects.toMatchObject({ code: 'erased' });
    await directory.retire(TENANT, id, NOON);
    const ref = await subjects.seal(TENANT, id, { method: 'paper', note: 'x' });
    expect(ref).toMatchObject({ method: 'paper', digest: expect.any(String) as unknown });
    expect(directory.evidence.size).toBe(0);
  });

  it('is carried on by the agenda until it is done', async () => {
    const { log, erasures, id, recipients, refused, clock } = await erased();
    const waker = new SubjectWaker(log, erasures);
    const stream = `subject/${TENANT}/${id}`;
    expect(await waker.wakeAt(stream)).toEqual({ version: 2, wakeAt: NOON });
    recipients.all = [waiting];
    expect(await waker.wake(stream, NOON)).toEqual({ version: 2, wakeAt: NOON + 60_000 });
    recipients.all = [verified];
    refused();
    clock.set(NOON + 60_000);
    expect(await waker.wake(stream, NOON + 60_000)).toEqual({ version: 3, wakeAt: 'never' });
    expect(isBeingErased((await log.head<never>(stream))?.state as never)).toBe(false);
  });

  it('is looked at soon, then seldom, and at its end', () => {
    expect(nextLook(0, 0)).toBe(60_000);
    expect(nextLook(0, DAY)).toBe(DAY + DAY / 8);
    expect(nextLook(0, 10 * DAY)).toBe(10 * DAY + DAY / 4);
    expect(nextLook(0, HOLD_MS - 1000)).toBe(HOLD_MS);
    expect(nextLook(0, HOLD_MS)).toBeGreaterThan(HOLD_MS);
  });

  it('keeps a known reason as a word and free text not at all', () => {
    expect([reasonOf(' Request '), reasonOf('child')]).toEqual(['request', 'child']);
    expect([reasonOf('Ada wrote'), reasonOf('stated')]).toEqual(['stated', 'stated']);
    expect([subjectOf(requestOf('sub_1')), subjectOf('sub_1')]).toEqual(['sub_1', undefined]);
  });

  it('of whom an import alone had registered leaves no refusal, and the address may be told anew', async () => {
    const { register, erasures, facts } = world();
    const person = { addresses: [email('ada@example.org')] };
    const id = (await register(person)).body.subjectId ?? '';
    await erasures.takeBack(TENANT, id, { actor: 'key:test', causedBy: 'imp_1' });
    await erasures.advance(TENANT, id);
    expect(facts(id).slice(1)).toMatchObject([
      { type: 'SubjectErased', reason: 'import-undone' },
      { type: 'ErasureCompleted' },
    ]);
    const kept = (await erasures.progress(TENANT, id))?.certificate?.kept.map(({ what }) => what);
    expect(kept).toEqual(['events']);
    const again = await register(person);
    expect([again.status, again.body.subjectId === id]).toEqual([201, false]);
  });
});

import type { FastifyReply } from 'fastify';
import { checked } from '@assent/http';
import type { SubjectState } from '@assent/contract';
import type { Policies } from '@assent/policy';
import type { Keyring, ResolvedSubject, SubjectRef, Subjects } from '@assent/ports';
import type { Prospects } from '@assent/prospect';
import { BouncesController } from './bounces.controller.js';
import { BounceDto } from './bounces.dto.js';
import { Bounces } from './bounces.service.js';
import type { MovesAndBounces } from './moves-and-bounces.service.js';
import { address } from './stand-ins/people.js';
import { KEY, ManualClock, T0, TENANT } from './stand-ins/stores.js';

const EMAIL = 'ada@example.org';
const HELD = { ...address(KEY), addedAt: T0 - 86_400_000 };
const state = (more: object = {}) =>
  ({ subjectId: 'sub_1', addresses: [HELD], erasedAt: null, ...more }) as SubjectState;

/** Ada, who is sent mails, and what was told about her. */
function door(ada: SubjectState | null = state()) {
  const blocked: object[] = [];
  const given: object[] = [];
  const who = (more: object): ResolvedSubject => ({
    subjectId: ada && 'sub_1',
    state: ada,
    version: 4,
    keys: [KEY],
    key: null,
    address: null,
    ...more,
  });
  const subjects = {
    resolve: (_: string, { id, externalId }: SubjectRef) =>
      Promise.resolve(
        id !== undefined
          ? who({})
          : who({
              key: KEY,
              address: { kind: externalId === undefined ? 'email' : 'externalId', value: 'x' },
            }),
      ),
    byKey: (_: string, key: string) => Promise.resolve(who({ key })),
  } as unknown as Subjects;
  const whereabouts = {
    isDead(tenant: string, { key }: ResolvedSubject, at: number, by: object) {
      const dead = state({ addresses: [{ ...HELD, bouncedAt: at }] });
      const isNew = blocked.length === 0;
      blocked.push({ tenant, key, at, ...by });
      const events = isNew ? [{ id: 'b1', recordedAt: T0 }] : [];
      return Promise.resolve({ events, state: dead, version: 5 });
    },
  } as unknown as MovesAndBounces;
  const prospects = {
    findById: () => Promise.resolve({ registration: 'registration' }),
    send(_: string, subjectId: string, command: { solicitationId: string }, at: number, by: object) {
      if (command.solicitationId !== 'spring') return Promise.resolve({ refusal: {}, events: [] });
      const events = given.length === 0 ? [{ id: 'r1', recordedAt: T0 }] : [];
      given.push({ subjectId, ...command, at, ...by });
      return Promise.resolve({ events });
    },
  } as unknown as Prospects;
  const keyring = {
    verify: (use: string, token: string) =>
      token === 'genuine' ? { tenant: use === 'unsubscribe' ? TENANT : '', addressKey: KEY } : undefined,
  } as unknown as Keyring;
  const policies = { instant: (_: string, text: string) => Date.parse(text) } as unknown as Policies;
  const bounces = new Bounces(whereabouts, prospects, subjects, keyring, policies, new ManualClock());
  const controller = new BouncesController(bounces);
  const tell = async (more: object = {}, tenant = TENANT) => {
    let status = 0;
    const reply = { status: (code: number) => (status = code) } as unknown as FastifyReply;
    const body = checked(BounceDto, { token: 'genuine', status: '5.1.1', ...more });
    const caller = { tenant, actor: 'key:1', scopes: new Set<never>(), commandId: 'c1' };
    return { answer: await controller.take(body, caller, reply), status };
  };
  return { tell, blocked, given };
}

describe('A bounce that is told', () => {
  it.each(['5.1.1', '5.1.2', '5.1.10', '5.2.1'])(
    'with %s makes the address of the link undeliverable',
    async (status) => {
      const { tell, blocked } = door();
      expect(await tell({ status, occurredAt: new Date(T0 - 1_000).toISOString() })).toEqual({
        status: 201,
        answer: {
          ...{ recordedAt: new Date(T0).toISOString(), eventId: 'b1', subjectId: 'sub_1', revision: 5 },
          ...{ undeliverable: true, reversed: false },
        },
      });
      expect(blocked).toEqual([
        { tenant: TENANT, key: KEY, at: T0 - 1_000, actor: 'key:1', commandId: 'c1' },
      ]);
    },
  );

  it.each([
    '5.2.2',
    '5.7.1',
    '5.7.26',
    '5.0.0',
    '5.1.0',
    '5.1.8',
    '5.4.4',
    '5.3.0',
    '4.1.1',
    '4.2.1',
    '4.4.7',
  ])('with %s blocks nobody', async (status) => {
    const { tell, blocked } = door();
    expect(await tell({ status })).toMatchObject({
      ...{ status: 200, answer: { undeliverable: false, reversed: false, eventId: null, revision: 4 } },
    });
    expect(blocked).toEqual([]);
  });

  it('is told once: the second time nothing is new', async () => {
    const { tell } = door();
    await tell({ solicitationId: 'spring' });
    expect(await tell({ solicitationId: 'spring' })).toMatchObject({
      ...{ status: 200, answer: { undeliverable: true, reversed: true } },
    });
  });

  it.each(['5.1.1', '5.2.2', '5.7.1', '4.4.7'])(
    'K11 with %s gives the solicitation back that it names',
    async (status) => {
      const { tell, given } = door();
      expect(await tell({ status, solicitationId: 'spring' })).toMatchObject({
        ...{ status: 201, answer: { reversed: true } },
      });
      expect(given).toEqual([
        {
          ...{ subjectId: 'sub_1', type: 'reverse', registration: 'registration', at: T0 },
          ...{ solicitationId: 'spring', reason: 'bounced', actor: 'key:1', commandId: 'c1' },
        },
      ]);
    },
  );

  it('with a solicitation that is none of this person blocks the address all the same', async () => {
    const { tell, blocked } = door();
    expect(await tell({ solicitationId: 'of another' })).toMatchObject({
      ...{ status: 201, answer: { undeliverable: true, reversed: false } },
    });
    expect(blocked).toHaveLength(1);
  });

  it('may name the address instead of the link', async () => {
    const { tell, blocked } = door();
    await tell({ token: undefined, subject: { email: EMAIL } });
    expect(blocked).toMatchObject([{ key: KEY }]);
  });

  it('with a link of another tenant, or of nobody, blocks nobody', async () => {
    const { tell, blocked } = door();
    await expect(tell({}, 'assistool')).rejects.toMatchObject({ code: 'link-unknown' });
    await expect(tell({ token: 'forged' })).rejects.toMatchObject({ code: 'link-unknown' });
    expect(blocked).toEqual([]);
  });

  it.each([
    [{ token: undefined }],
    [{ subject: { email: EMAIL } }],
    [{ token: undefined, subject: { id: 'sub_1' } }],
    [{ token: undefined, subject: { externalId: '4711' } }],
    [{ status: '2.1.5' }],
    [{ status: '550' }],
    [{ action: 'delayed' }],
  ])('is not valid with %j', async (more) => {
    const { tell, blocked } = door();
    await expect(async () => tell(more)).rejects.toMatchObject({ code: 'invalid-request' });
    expect(blocked).toEqual([]);
  });

  it('of nobody, or of somebody erased, is answered that nobody is there', async () => {
    for (const ada of [null, state({ erasedAt: T0 })])
      await expect(door(ada).tell()).rejects.toMatchObject({ code: 'subject-unknown' });
  });
});

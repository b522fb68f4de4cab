/** The library put together over the ports in memory, with a feed that hands events over as badly as is allowed. */
import { streamOf } from '@assent/kernel';
import type { ConsentFact, OppositionState, StoredEvent } from '@assent/contract';
import { Links } from '@assent/pages';
import { KeepOnErasure } from './keep-on-erasure.reaction.js';
import { OpenOnOptIn } from './open-on-opt-in.reaction.js';
import { OppositionList } from './opposition-list.service.js';
import { OptIns } from './opt-ins.service.js';
import { RecordDeclined } from './record-declined.reaction.js';
import { SpreadToAddresses } from './spread-to-addresses.reaction.js';
import {
  clockAt,
  FewSubjects,
  MemoryDirectory,
  MemoryLog,
  NOON,
  OnePolicy,
  PlainKeyring,
  TENANT,
  tell,
} from './world-spec.js';

const ROUNDS = 20;

export function rooms() {
  const log = new MemoryLog();
  const directory = new MemoryDirectory();
  const keyring = new PlainKeyring();
  const policies = new OnePolicy();
  const clock = clockAt();
  const subjects = new FewSubjects(log, keyring);
  const optIns = new OptIns(log, policies, clock);
  const list = new OppositionList(log, subjects, directory, policies, clock, optIns);
  const links = new Links(keyring, policies, { base: 'https://consent.example.org' });
  const spread = new SpreadToAddresses(list, subjects);
  const declined = new RecordDeclined(list, subjects);
  const kept = new KeepOnErasure(list, subjects);
  const open = new OpenOnOptIn(list, optIns, subjects);
  const keyOf = (value: string) => keyring.addressKey(TENANT, { kind: 'email', value });

  /** Registers a person with these addresses. */
  async function person(
    id: string,
    values: readonly string[],
    refused: readonly string[] = [],
  ): Promise<void> {
    subjects.people.set(id, values.map(keyOf));
    const address = values.map((value) => ({ kind: 'email' as const, key: keyOf(value) }));
    const evidence = { id: 'ev_0', digest: 'd', method: 'form', confirmedAt: null } as const;
    const said = { own: true, informed: true, declined: [...refused], source: null, notice: null, evidence };
    const who = { subjectId: id, context: 'consumer', relationship: 'prospect', addresses: address } as const;
    await subjects.tell(id, { type: 'SubjectRegistered', at: NOON, collectedAt: NOON, ...who, ...said });
  }
  async function addAddress(id: string, value: string): Promise<void> {
    subjects.people.get(id)?.push(keyOf(value));
    await subjects.tell(id, { type: 'AddressAdded', at: NOON, kind: 'email', key: keyOf(value) });
  }
  function consent(
    id: string,
    at: number,
    more: Partial<Extract<ConsentFact, { type: 'ConsentGiven' }>> = {},
  ) {
    const evidence = { id: 'ev_c', digest: 'd', method: 'form', confirmedAt: at } as const;
    const notice = { id: 'n', version: 1, digest: 'd' };
    const fact = {
      type: 'ConsentGiven',
      at,
      purpose: 'newsletter',
      channels: ['email'],
      notice,
      evidence,
    } as const;
    const given = {
      ...fact,
      channels: [...fact.channels],
      confirmedAt: at,
      restores: null,
      ...more,
    } as ConsentFact;
    return tell(log, streamOf('consent', TENANT, id), given);
  }
  async function object(
    subject: { id: string } | { email: string },
    scope = { purpose: '*', channel: '*' },
    at = clock.now(),
    source: 'letter' | 'click' = 'letter',
  ) {
    const act = { scope, at, source };
    return list.object(TENANT, await subjects.resolve(TENANT, subject), act, { actor: 'key:test' });
  }
  const state = async (value: string): Promise<OppositionState> =>
    (await list.states(TENANT, [keyOf(value)]))[0] ?? { entries: [], undone: [] };

  const handle = async (event: StoredEvent): Promise<void> => {
    const typed = event as never;
    const [concept = ''] = event.stream.split('/');
    if (concept !== 'consent') await spread.spread(typed);
    if (concept === 'subject') await declined.record(typed);
    if (concept === 'subject') await kept.keep(typed);
    await open.open(typed);
  };
  /** Hands every event over, again and again from the start in another order, until nothing new comes. */
  async function settle(
    shuffle: (events: StoredEvent[]) => StoredEvent[] = (events) => events,
  ): Promise<number> {
    for (let round = 1; round <= ROUNDS; round++) {
      const before = log.all.length;
      for (const event of shuffle([...log.all])) await handle(event);
      if (log.all.length === before) return round;
    }
    throw new Error('the reactions do not come to rest');
  }
  const { all } = log;
  return {
    log,
    all,
    directory,
    policies,
    clock,
    subjects,
    list,
    links,
    keyring,
    keyOf,
    person,
    addAddress,
    consent,
    object,
    state,
    settle,
  };
}

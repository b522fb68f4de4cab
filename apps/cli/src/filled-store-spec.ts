import { NodeKeyring } from '@assent/adapter-keyring';
import type { LmdbStore } from '@assent/adapter-lmdb';
import { LmdbAgenda, LmdbDeliveries, LmdbDirectory, LmdbEventLog, LmdbRecords } from '@assent/adapter-lmdb';
import {
  MongoAgenda,
  MongoDeliveries,
  MongoDirectory,
  MongoEventLog,
  MongoRecords,
  type MongoStore,
} from '@assent/adapter-mongodb';
import {
  eventNamed,
  NO_END,
  type Agenda,
  type Deliveries,
  type DeliveryRow,
  type Directory,
  type EventLog,
  type Records,
} from '@assent/ports';

export const SECRET = Buffer.alloc(32, 7);
export const PERSONS = 120;
export const LONG = 'prospect/t/long';
const TENANTS = ['t', 't-2'];
const keyOf = (n: number): string => n.toString(16).padStart(32, '0');
const tenantOf = (n: number): string => TENANTS[n % 2] as string;

export interface Ports {
  readonly log: EventLog;
  readonly agenda: Agenda;
  readonly directory: Directory;
  readonly deliveries: Deliveries;
  readonly records: Records;
}

export const lmdbPorts = (store: LmdbStore): Ports => ({
  log: new LmdbEventLog(store),
  agenda: new LmdbAgenda(store),
  directory: new LmdbDirectory(store, new NodeKeyring(SECRET)),
  deliveries: new LmdbDeliveries(store),
  records: new LmdbRecords(store),
});
export const mongoPorts = (store: MongoStore): Ports => ({
  log: new MongoEventLog(store),
  agenda: new MongoAgenda(store),
  directory: new MongoDirectory(store, new NodeKeyring(SECRET)),
  deliveries: new MongoDeliveries(store),
  records: new MongoRecords(store),
});

/** Something of everything, written by the ports as the product does. */
export async function fill({ log, agenda, directory, deliveries, records }: Ports): Promise<void> {
  await Promise.all(
    Array.from({ length: PERSONS }, (_, n) => n).map(async (n) => {
      const [tenant, subject, key, stream] = [
        tenantOf(n),
        `sub_${n}`,
        keyOf(n),
        `consent/${tenantOf(n)}/sub_${n}`,
      ];
      for (let version = 0; version < (n % 4) + 1; version++) {
        const events = [
          eventNamed(`${n}-${version}a`, { tenant }),
          eventNamed(`${n}-${version}b`, { tenant, causedBy: 'x' }),
        ];
        await log.append(stream, version * 2, events, {
          seen: version,
          'newsletter.weekly': { é: [n, null, { '': 1.5 }] },
        });
      }
      await agenda.plan(stream, (n % 4) + 1, n % 3 === 0 ? 'never' : 1_000 + (n % 50));
      await directory.claim(tenant, key, subject);
      await directory.keep(tenant, subject, key, { kind: 'email', value: `p${n}@example.org` });
      await directory.setProfile(tenant, subject, { locale: 'fr' });
      await directory.sealEvidence(tenant, subject, `ev_${n}`, { note: `note ${n}`, ip: '203.0.113.9' });
      if (n % 5 === 0) {
        await directory.hold(tenant, keyOf(n + 5_000), {
          address: { kind: 'email', value: `h${n}@example.org` },
          until: 500 + n,
        });
      }
      const saved = await deliveries.save(rowOf(n));
      if (n % 2 === 0 && saved)
        await deliveries.save({ ...saved, attempts: 3, dueAt: null, dueAtReal: null, state: 'verified' });
      await records.put(`idempotency/${n}`, { status: 201, body: { n } }, n % 7 === 0 ? 10 : NO_END);
    }),
  );
  // More events than one document takes.
  for (let version = 0; version < 1_200; version += 100) {
    const events = Array.from({ length: 100 }, (_, index) => eventNamed(`long-${version + index}`));
    await log.append(LONG, version, events, { count: version + 100 });
  }
}

/** Every answer that the ports give. */
export async function answers({ log, agenda, directory, deliveries, records }: Ports): Promise<unknown> {
  const persons = await Promise.all(
    Array.from({ length: PERSONS }, (_, n) => n).map(async (n) => {
      const [tenant, stream] = [tenantOf(n), `consent/${tenantOf(n)}/sub_${n}`];
      return [
        ...[await log.read(stream), await log.head(stream)],
        ...[await directory.owner(tenant, keyOf(n)), await directory.address(tenant, keyOf(n), 0)],
        ...[
          await directory.address(tenant, keyOf(n + 5_000), 600),
          await directory.profile(tenant, `sub_${n}`),
        ],
        ...[await directory.openEvidence(tenant, `ev_${n}`), await deliveries.get(tenant, `crm:${keyOf(n)}`)],
        await records.get(`idempotency/${n}`, 10),
      ];
    }),
  );
  return {
    persons,
    long: [await log.read(LONG), await log.head(LONG)],
    heads: await log.heads([LONG, 'consent/t/sub_0', 'consent/t/none']),
    agenda: [await agenda.next(), await agenda.due(1_010, 100), (await agenda.due(NO_END, 10_000)).length],
    deliveries: await Promise.all(
      TENANTS.flatMap((tenant) => [
        deliveries.list(tenant, { subjectId: 'sub_6' }, 10),
        deliveries.list(tenant, {}, 1_000),
        deliveries.pending(tenant, 'crm'),
        deliveries.nextDue(tenant, 'crm'),
      ]),
    ),
    records: await records.list('idempotency/', 0),
  };
}

export const rowOf = (n: number): DeliveryRow => ({
  ...{ id: `crm:${keyOf(n)}`, tenant: tenantOf(n), integration: 'crm', addressKey: keyOf(n) },
  subjectId: n % 6 === 5 ? null : `sub_${n}`,
  desired: {
    kind: 'email',
    purposes: { 'newsletter.weekly': {} },
    allMarketing: 'stopped',
    objectedToAll: false,
    erase: false,
  },
  ...{
    revision: 2,
    appliedRevision: 1,
    state: 'queued',
    lane: n % 4 === 1 ? 'verify' : 'stop',
    todo: ['stop'],
  },
  ...{
    dueAt: 100 + n,
    dueAtReal: n % 3 === 0 ? null : 200 + n,
    attempts: 0,
    firstDueAt: 50 + n,
    acceptedAt: null,
  },
  ...{
    verifiedAt: null,
    readBacks: 0,
    lastOutcome: null,
    outSince: { 'list.a': n },
    leaseUntil: 0,
    rowVersion: 0,
  },
});

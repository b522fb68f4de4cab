/**
 * The law-default pack: what fills a key that a policy leaves silent (seeds K18 and §4; reference of the French
 * authority on commercial activities, 2021; CPCE L34-5). Data, versioned by its name.
 */
export const LAW_DEFAULT = {
  name: 'law-default-fr@1',
  prospect: {
    inactivity: 'P3Y',
    startsOn: ['collection', 'contactByPerson'],
    fallback: ['collection'],
    atEnd: 'delete',
  },
  opposition: { retention: 'P3Y', scope: 'controller' },
  basis: {
    marketing: { consumer: 'consent', customer: 'softOptIn', professional: 'legitimateInterest' },
    service: { consumer: 'contract', customer: 'contract', professional: 'contract' },
    internal: { consumer: 'contract', customer: 'contract', professional: 'contract' },
  },
  confirmation: { doubleOptIn: true, perList: true, linkLife: 'P7D' },
} as const;

/** Countries of the European Union and the European Economic Area, ISO 3166. */
export const EEA: ReadonlySet<string> = new Set(
  'AT BE BG HR CY CZ DK EE FI FR DE GR HU IE IT LV LT LU MT NL PL PT RO SK SI ES SE IS LI NO'.split(' '),
);

/** When a ground for sending personal data out of the EEA could be relied on; no end: still. */
interface Validity {
  readonly from?: number;
  readonly until?: number;
}

/**
 * Grounds for a transfer, GDPR art. 45 to 49, each with the time in which it holds (seeds A1-6). Privacy Shield was
 * struck down on 16 July 2020 (Court of Justice, C-311/18); its successor holds since 10 July 2023 (decision 2023/1795).
 */
export const MECHANISMS: Readonly<Record<string, Validity>> = {
  adequacy: {},
  art46: {},
  scc: {},
  bcr: {},
  art49: {},
  dpf: { from: Date.UTC(2023, 6, 10) },
  privacyShield: { until: Date.UTC(2020, 6, 16) },
};

export const holds = ({ from = -Infinity, until = Infinity }: Validity, at: number): boolean =>
  from <= at && at < until;

/**
 * The law-default pack: what fills a key that a policy leaves silent (seeds K18 and §4; reference of the French
 * authority on commercial activities, 2021; CPCE L34-5). Data, versioned by its name.
 */
export const LAW_DEFAULT = {
  name: 'law-default-fr@1',
  prospect: { inactivity: 'P3Y', startsOn: ['collection', 'contactByPerson'], atEnd: 'delete' },
  opposition: { retention: 'P3Y', scope: 'controller' },
  basis: {
    marketing: { consumer: 'consent', customer: 'softOptIn', professional: 'legitimateInterest' },
    service: { consumer: 'contract', customer: 'contract', professional: 'contract' },
    internal: { consumer: 'contract', customer: 'contract', professional: 'contract' },
  },
  confirmation: { doubleOptIn: true, perList: true },
} as const;

/** Countries of the European Union and the European Economic Area, ISO 3166. */
export const EEA: ReadonlySet<string> = new Set(
  'AT BE BG HR CY CZ DK EE FI FR DE GR HU IE IT LV LT LU MT NL PL PT RO SK SI ES SE IS LI NO'.split(' '),
);

/** Grounds that once allowed a transfer and no longer do: since when (seeds A1-6; Court of Justice, C-311/18). */
export const EXPIRED_MECHANISMS: Readonly<Record<string, number>> = {
  privacyShield: Date.UTC(2020, 6, 16),
};

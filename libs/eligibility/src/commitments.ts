/**
 * Which commitment a rule serves: of the tenant's published policy where it says so, else the convention. Data: a tenant
 * that is not listed is answered with the conventions.
 */
const CONVENTIONS: Readonly<Record<string, string>> = {
  purposeUnknown: 'K18',
  objectionInForce: 'K13',
  droppedOut: 'K6',
  solicitationLimit: 'K11',
  confirmationPending: 'K15',
  consentWithdrawn: 'K14',
  consentExpired: 'K3',
  informedMissing: 'K18',
  noConsent: 'K14',
  consentGiven: 'K14',
  existingCustomer: 'K18',
  professionalAddress: 'K18',
  serviceMessage: 'K10',
};

const OWN: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  assistanceweb: {
    purposeUnknown: 'S0-05',
    objectionInForce: 'S0-63',
    droppedOut: 'S0-62',
    consentWithdrawn: 'S0-78',
    noConsent: 'S0-51',
  },
  assistool: { objectionInForce: 'S1-51', restricted: 'S1-54', consentWithdrawn: 'S1-50' },
  presentinfini: {
    purposeUnknown: 'S2-02',
    objectionInForce: 'S2-32',
    droppedOut: 'S2-23',
    solicitationLimit: 'S2-24',
    confirmationPending: 'S2-04',
    informedMissing: 'S2-36',
    noConsent: 'S2-33',
    consentGiven: 'S2-33',
    existingCustomer: 'S2-34',
    professionalAddress: 'S2-35',
  },
  prestamicro: { purposeUnknown: 'S3-06' },
  publisher: { noConsent: 'S4-09' },
};

export const commitmentOf = (tenant: string, rule: string): string | undefined =>
  OWN[tenant]?.[rule] ?? CONVENTIONS[rule];

/** The one schema of all policies: the keys of seeds.md §2. Plain JSON Schema, checked by ajv in strict mode. */
type Schema = Readonly<Record<string, unknown>>;

export const ANCHORS = [
  'collection',
  'click',
  'contactByPerson',
  'signIn',
  'accountCreation',
  'contractEnd',
  'serviceEnd',
  'transaction',
  'oppositionEntry',
  'documentReceipt',
  'requestReceipt',
  'notification',
  'noticeReceipt',
  'firstDeposit',
] as const;

const text: Schema = { type: 'string', minLength: 1, maxLength: 500 };
const flag: Schema = { type: 'boolean' };
const count: Schema = { type: 'integer', minimum: 1, maximum: 1000 };
const oneOf = (...values: string[]): Schema => ({ type: 'string', enum: values });
const listOf = (items: Schema): Schema => ({ type: 'array', items });
const object = (properties: Record<string, Schema>, required: string[] = []): Schema => ({
  type: 'object',
  properties,
  required,
  additionalProperties: false,
});

const duration: Schema = { type: 'string', format: 'duration' };
/** A duration, or a word without a number (seeds K8). */
const time: Schema = { type: 'string', format: 'duration-or-word' };
const instant: Schema = { type: 'string', format: 'instant' };
const country: Schema = { type: 'string', pattern: '^[A-Z]{2}$', description: 'an ISO 3166 code such as FR' };
const anchors: Schema = { ...listOf(oneOf(...ANCHORS)), minItems: 1 };
const words = listOf({ type: 'string', pattern: '^[a-zA-Z][a-zA-Z0-9]*$', description: 'one word' });
const atEnd = oneOf('delete', 'anonymise', 'archive');
const basis = oneOf('consent', 'softOptIn', 'legitimateInterest', 'contract', 'legalObligation');

const purpose = object(
  {
    class: oneOf('marketing', 'service', 'internal'),
    prospecting: flag,
    channels: listOf(oneOf('email', 'sms', 'voice', 'post', 'inapp')),
    basis: object({ consumer: basis, customer: basis, professional: basis }),
    conditions: words,
    consentExpiry: duration,
  },
  ['class', 'channels'],
);

const change = object({
  when: oneOf('before', 'after', 'asap', 'immediate'),
  trigger: oneOf('any', 'substantial', 'negativeImpact'),
  channel: oneOf('email', 'sms', 'voice', 'post', 'inapp'),
  loweringNeedsConsent: flag,
  objection: object({ within: duration, days: oneOf('calendar', 'working'), startsOn: anchors }, [
    'within',
    'days',
    'startsOn',
  ]),
  silenceAsWritten: text,
});

const retention: Schema = {
  ...object(
    {
      category: text,
      while: oneOf('contract', 'service', 'subscription', 'consent', 'account', 'relation', 'transaction'),
      then: duration,
      thenMin: duration,
      thenMax: duration,
      startsOn: anchors,
      fallback: anchors,
      cap: duration,
      capStartsOn: anchors,
      atEnd,
    },
    ['category', 'atEnd'],
  ),
  // A range is both its ends, and instead of one period.
  dependencies: { thenMin: ['thenMax'], thenMax: ['thenMin'], capStartsOn: ['cap'] },
  not: { properties: { then: {}, thenMin: {} }, required: ['then', 'thenMin'] },
};

export const policySchema: Schema = {
  $id: 'https://assent.example.org/schemas/policy.json',
  $schema: 'http://json-schema.org/draft-07/schema#',
  title: 'A policy of one tenant',
  ...object(
    {
      tenant: { type: 'string', pattern: '^[a-z0-9-]+$', description: 'lower-case letters, digits, hyphens' },
      source: text,
      version: count,
      locale: { type: 'string', format: 'locale' },
      timezone: { type: 'string', format: 'timezone' },
      effectiveFrom: instant,
      holidays: country,
      brands: listOf({ type: 'string', pattern: '^[a-z0-9.-]+$', description: 'a domain' }),
      purposes: {
        type: 'object',
        propertyNames: { pattern: '^[a-z][a-zA-Z0-9-]*(?:\\.[a-z][a-zA-Z0-9-]*)*$' },
        additionalProperties: purpose,
        minProperties: 1,
      },
      confirmation: object({ doubleOptIn: flag, perList: flag, linkLife: duration }),
      prospect: object({
        inactivity: duration,
        startsOn: anchors,
        fallback: anchors,
        unansweredLimit: count,
        answerWindow: duration,
        atEnd,
      }),
      opposition: object({
        retention: duration,
        startsOn: anchors,
        scope: oneOf('list', 'purpose', 'controller', 'network'),
        reasonRequired: flag,
        free: flag,
      }),
      retention: listOf(retention),
      account: object({ inactivity: duration, startsOn: anchors, warn: flag, grace: duration, atEnd }),
      requests: object({
        acknowledge: time,
        answer: time,
        startsOn: anchors,
        channels: listOf(oneOf('email', 'sms', 'voice', 'post', 'inapp')),
        rights: listOf(
          oneOf(
            'access',
            'rectification',
            'withdrawal',
            'objection',
            'erasure',
            'restriction',
            'portability',
          ),
        ),
        identityAsWritten: flag,
        signedAsWritten: flag,
        identityKeep: duration,
        identityKeepFor: words,
        refuse: words,
      }),
      notices: object({
        atCollection: words,
        inEachMail: words,
        policyChange: change,
        processorChange: change,
        assignment: object({ when: oneOf('before', 'after'), optOut: listOf(oneOf('before', 'after')) }),
        breach: object({ when: time, content: words }),
        processorList: text,
      }),
      cookies: object({
        maxAge: duration,
        startsOn: anchors,
        prolongedOnVisit: flag,
        consentMaxAge: duration,
        exempt: words,
        consentFor: words,
        impliedAsWritten: flag,
        onRefusal: text,
        named: listOf(
          object(
            {
              name: text,
              kind: oneOf('necessary', 'functional', 'authentication', 'performance', 'targeting'),
              party: oneOf('first', 'third'),
              age: duration,
              declared: oneOf('session', 'permanent', 'functional'),
            },
            ['name', 'kind'],
          ),
        ),
      }),
      sharing: object({
        thirdParties: oneOf('forbidden', 'listed', 'partners'),
        exceptions: words,
        sameConditions: flag,
        technicalResaleAsWritten: flag,
        sensitive: text,
      }),
      transfers: object({ outsideEU: oneOf('forbidden', 'allowed', 'withMechanism'), mechanisms: words }),
      processors: listOf(
        object(
          {
            name: text,
            country,
            mechanism: text,
            data: words,
            connectors: listOf({
              type: 'string',
              pattern: '^[a-z0-9-]+$',
              description: 'a kind of integration',
            }),
            recipientListed: flag,
          },
          ['name'],
        ),
      ),
      portability: object({ scope: text, format: text, directTransfer: flag }),
      postMortem: object({ directives: words }),
      captcha: object({ provider: text, basis, startsAsWritten: text }),
    },
    ['tenant', 'source', 'version', 'locale', 'timezone', 'purposes'],
  ),
};

/** Keys that are read and validated, and that nothing acts upon yet. */
export const RECORDED_ONLY = [
  'holidays',
  'retention',
  'account',
  'requests',
  'notices',
  'cookies',
  'portability',
  'postMortem',
  'captcha',
] as const;

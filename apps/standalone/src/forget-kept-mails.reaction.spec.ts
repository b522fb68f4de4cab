import { NodeKeyring } from '@assent/adapter-keyring';
import type { StoredEvent, SubjectFact, SubjectState } from '@assent/contract';
import { mailNamed, Mailbox, type KeptMail } from '@assent/ports';
import { ForgetKeptMails } from './forget-kept-mails.reaction.js';

class Kept extends Mailbox {
  constructor(private mails: KeptMail[]) {
    super();
  }
  list = (limit: number) => Promise.resolve(this.mails.slice(0, limit));
  read = (id: string) => Promise.resolve(this.mails.find((mail) => mail.id === id));
  remove(id: string) {
    this.mails = this.mails.filter((mail) => mail.id !== id);
    return Promise.resolve();
  }
}

const keyring = new NodeKeyring(Buffer.alloc(32, 1));
const kept = (id: string, to: string, tenant = 'presentinfini'): KeptMail => ({
  ...mailNamed(id, { to, tenant }),
  ...{ keptAt: 0, raw: '' },
});

describe('The kept mails of a person who is erased', () => {
  it.each([
    ['SubjectErased', true],
    ['ErasureCompleted', true],
    ['AddressAdded', false],
  ] as const)(
    'after %s are gone: %s, of all their addresses, of this tenant, and nobody else’s',
    async (type, gone) => {
      const mailbox = new Kept([
        kept('hers', 'ada@example.org'),
        kept('hers-too', 'ada@example.net'),
        kept('his', 'alan@example.org'),
        kept('elsewhere', 'ada@example.org', 'assistool'),
      ]);
      const keyOf = (value: string) => keyring.addressKey('presentinfini', { kind: 'email', value });
      const addresses = ['ada@example.org', 'ada@example.net'].map((value) => ({ key: keyOf(value) }));
      const event = { tenant: 'presentinfini', fact: { type }, state: { addresses } };
      const reaction = new ForgetKeptMails(mailbox, keyring);
      for (let told = 0; told < 2; told++)
        await reaction.erased(event as unknown as StoredEvent<SubjectFact, SubjectState>);
      const left = (await mailbox.list(9)).map(({ id }) => id);
      expect(left).toEqual(gone ? ['his', 'elsewhere'] : ['hers', 'hers-too', 'his', 'elsewhere']);
    },
  );
});

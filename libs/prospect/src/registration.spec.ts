import type { ConsentState } from '@assent/contract';
import { paris, presentInfini } from './calendar-spec.js';
import { optInsOf, registeredFrom, registrationOf } from './registration.js';
import { prospectAt } from './standing.js';
import { START, subjectState } from './world-spec.js';

const evidence = (method: 'form' | 'import') => ({ id: 'ev', digest: 'd', method, confirmedAt: null });
const given = (at: number, method: 'form' | 'import' = 'form') => ({
  ...{ at, eventId: `c${at}`, notice: { id: 'n', version: 1, digest: 'd' }, evidence: evidence(method) },
  ...{ confirmedAt: null, expiredAt: null },
});

describe('What the other streams say about a prospect', () => {
  it('is the first collection, and a newer one only when it was by own hand', () => {
    const registration = { at: START, relationship: 'prospect', collections: [], optIns: [] };
    expect(registrationOf(subjectState())).toEqual(registration);
    expect(registrationOf(subjectState({ ownCollection: true }))).toEqual(registration);
    const again = subjectState({ ownCollection: true, collectedAt: START + 5 });
    expect(registrationOf(again)).toEqual({ ...registration, collections: [START + 5] });
  });

  it('is each opt-in by own hand, once, and no import', () => {
    const state: ConsentState = {
      consents: [
        { purpose: 'a', channel: 'email', given: given(20), confirmed: given(10), withdrawn: null },
        { purpose: 'a', channel: 'sms', given: given(20), withdrawn: null },
        { purpose: 'b', channel: 'email', given: given(30, 'import'), withdrawn: null },
      ],
      ends: [],
    };
    expect(optInsOf(state)).toEqual([10, 20]);
  });

  it('is enough to know where the person stands', () => {
    const customer = registeredFrom(subjectState({ relationship: 'customer' }));
    expect(prospectAt(customer, presentInfini(), START)).toMatchObject({
      ...{ relationship: 'customer', customerSince: START, dropsOutAt: null },
    });
    const known = registeredFrom(subjectState());
    expect(prospectAt(known, presentInfini(), START).dropsOutAt).toBe(paris('2027-03-10 10:00'));
  });
});

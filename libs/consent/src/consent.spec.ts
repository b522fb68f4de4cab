import { given } from '@assent/kernel';
import type { Channel, ConsentFact } from '@assent/contract';
import { consent } from './consent.js';
import { withdrawnAt } from './in-force.js';
import {
  DAY,
  YEAR,
  forAYear,
  person,
  by,
  gave,
  noted,
  withdrew,
  ended,
  give,
  withdraw,
  objection,
  against,
  holds,
} from './acts-spec.js';

describe('A consent', () => {
  it('is recorded with its notice and its evidence', () => person().when(give(100)).then(gave(100)));

  it('is recorded once', () => person(gave(100)).when(give(100)).thenNothing());

  it('of the own hand is no repetition of an import at the same instant', () =>
    person(gave(100, { evidence: by('import') }))
      .when(give(100))
      .then(gave(100)));

  it('given again later is a new one', () => person(gave(100)).when(give(200)).then(gave(200)));

  it('K14 is noted as history when the person objected at or after it, and changes nothing', () => {
    const late = person().when(give(100, against(objection(100))));
    late.thenRefused('objection-newer');
    expect(late.outcome).toMatchObject({ noted: [noted(100, 'objection-newer')] });
    person()
      .when(give(100, against(objection(100, { inForce: false }))))
      .thenRefused('objection-newer');
    person(ended(100)).when(give(100)).thenRefused('objection-newer');
  });

  it('K15, G-36 of an import lifts no objection, and is noted', () => {
    const imported = give(200, { evidence: by('import'), ...against(objection(100)) });
    const outcome = person().when(imported);
    outcome.thenRefused('objection-in-force');
    expect(outcome.outcome).toMatchObject({
      noted: [noted(200, 'cannot-lift', { evidence: by('import') })],
    });
    expect(holds(person(noted(200, 'cannot-lift')).state)).toBeUndefined();
  });

  it('K15 of an import is one after the person has opened the purpose, and not before', () => {
    const opened = objection(100, {
      except: [{ purpose: 'offers', channel: 'email', since: 150, proof: 'c1' }],
    });
    const imported = { evidence: by('import'), ...against(opened) };
    person().when(give(140, imported)).thenRefused('objection-in-force');
    const closedAgain = against(objection(160, { except: opened.except }));
    person()
      .when(give(200, { ...imported, ...closedAgain }))
      .thenRefused('objection-in-force');
    person()
      .when(give(200, imported))
      .then(gave(200, { evidence: by('import') }));
  });

  it('K15 by the own act of the person is recorded against an older objection', () =>
    person()
      .when(give(200, against(objection(100))))
      .then(gave(200)));

  it('is judged on each channel for itself', () => {
    const both: Channel[] = ['email', 'sms'];
    const texts = objection(300, { scope: { purpose: 'offers', channel: 'sms' } });
    person()
      .when(give(200, { channels: both, ...against(texts) }))
      .then(noted(200, 'objection-newer', { channels: ['sms'] }), gave(200));
  });

  it('older than a withdrawal is noted', () => {
    person(withdrew(100)).when(give(100)).then(noted(100, 'withdrawal-newer'));
    person(withdrew(100)).when(give(101)).then(gave(101));
  });
});

describe('A withdrawal', () => {
  it('S0-78 ends the consent from its instant', () => {
    const { state } = person(gave(100), withdrew(200));
    expect(holds(state)).toBeUndefined();
    person(gave(100)).when(withdraw(200)).then(withdrew(200));
  });

  it('is recorded once, and again after a new consent', () => {
    person(gave(100), withdrew(200)).when(withdraw(300)).thenNothing();
    person(gave(100), withdrew(200), gave(250)).when(withdraw(300)).then(withdrew(300));
    person(gave(100), withdrew(200), gave(250)).when(withdraw(200)).thenNothing();
  });

  it('a day or more after the last one is recorded, so that no opt-in between the two opens what it closed', () => {
    const again = 200 + DAY;
    person(withdrew(200)).when(withdraw(again)).then(withdrew(again));
    person(withdrew(200))
      .when(withdraw(again - 1))
      .thenNothing();
    person(withdrew(200), withdrew(again))
      .when(give(300, { toldLate: true }))
      .then(noted(300, 'withdrawal-newer'));
  });

  it('of the same day, which may have been repeated since, is not opened by an opt-in told late', () => {
    const late = { toldLate: true };
    person(withdrew(200))
      .when(give(200 + DAY - 1, late))
      .thenRefused('consent-withdrawn');
    // What is noted of it counts nowhere, though it is newer than the withdrawal that is known.
    const { outcome } = person(withdrew(200)).when(give(200 + DAY - 1, late));
    expect(outcome).toMatchObject({ noted: [noted(200 + DAY - 1, 'withdrawal-stands')] });
    person(withdrew(200))
      .when(give(200 + DAY, late))
      .then(gave(200 + DAY));
    person(withdrew(200)).when(give(201)).then(gave(201));
  });

  it('told late is recorded, though it changes nothing today', () =>
    person(withdrew(200)).when(withdraw(150)).then(withdrew(150)));

  it('covers the purposes below, and not those above', () => {
    const { state } = person(withdrew(200, { purpose: 'newsletter' }));
    expect(withdrawnAt(state, 'newsletter.weekly', 'email')?.at).toBe(200);
    expect(withdrawnAt(state, 'newsletter.weekly', 'sms')).toBeUndefined();
    expect(
      withdrawnAt(person(withdrew(200, { purpose: 'offers.x' })).state, 'offers', 'email'),
    ).toBeUndefined();
  });
});

describe('An objection', () => {
  const end = (since: number, cause = 'o1') =>
    ({ type: 'end', by: [{ scope: { purpose: '*', channel: '*' }, since, cause }] }) as const;

  it('G-33, K14 ends what is older for good, also where nothing was', () => {
    person().when(end(200)).then(ended(200));
    expect(holds(person(gave(100), ended(200)).state)).toBeUndefined();
    expect(holds(person(ended(200), gave(100)).state)).toBeUndefined();
    expect(holds(person(ended(200), gave(201)).state)).toBe(201);
    expect(holds(person(gave(100), ended(200)).state, { undone: ['o1'] })).toBe(100);
  });

  it('ends once, though every address has a copy of it', () =>
    person(ended(200)).when(end(200)).thenNothing());

  it('that is undone gives again what it had ended, as of when it was given', () => {
    const story = [gave(100, { confirmedAt: 110 }), ended(200)];
    const again = gave(100, { confirmedAt: 110, restores: 'o1' });
    person(...story)
      .when({ type: 'restore', cause: 'o1' })
      .then(again);
    const { state } = person(...story, again);
    expect(holds(state)).toBe(100);
    expect(state).toMatchObject({ ends: [], restored: ['o1'], consents: [{ given: { eventId: 'e1' } }] });
    person(...story, again)
      .when(end(200))
      .thenNothing();
    person(...story, again)
      .when({ type: 'restore', cause: 'o1' })
      .thenNothing();
  });

  it('that is undone gives back nothing that another one ended', () => {
    const story = [gave(100), ended(200, 'o1'), ended(210, 'o2'), gave(100, { restores: 'o2' })];
    expect(holds(person(...story).state)).toBeUndefined();
  });

  it('that is undone gives back nothing that was withdrawn, over, or given afterwards', () => {
    const over: ConsentFact = {
      ...{ type: 'ConsentExpired', at: 150, purpose: 'offers', channel: 'email', given: 'e1' },
    };
    for (const before of [[gave(100), withdrew(150)], [gave(100), over], [gave(201)]]) {
      person(...before, ended(200))
        .when({ type: 'restore', cause: 'o1' })
        .thenNothing();
    }
  });
});

describe('A consent that ends by time', () => {
  const limited = given(consent, forAYear);

  it('K3 ends at the end itself, and it is told once', () => {
    const over: ConsentFact = {
      ...{ type: 'ConsentExpired', at: 100 + YEAR, purpose: 'offers', channel: 'email', given: 'e1' },
    };
    limited(gave(100)).wakesAt(100 + YEAR);
    limited(gave(100))
      .when({ type: 'wake', at: 99 + YEAR })
      .thenNothing();
    limited(gave(100))
      .when({ type: 'wake', at: 200 + YEAR })
      .then(over);
    limited(gave(100), over).wakesAt('never');
    const { state } = limited(gave(100));
    const question = { endsAt: forAYear.consentEndsAt };
    expect(holds(state, { at: 99 + YEAR, ...question })).toBe(100);
    expect(holds(state, { at: 100 + YEAR, ...question })).toBeUndefined();
  });

  it('wakes nobody once it was withdrawn or ended', () => {
    limited(gave(100), withdrew(200)).wakesAt('never');
    limited(gave(100), ended(200)).wakesAt('never');
    limited(gave(100), withdrew(200), gave(300)).wakesAt(300 + YEAR);
  });
});

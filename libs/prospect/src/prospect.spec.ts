import { given } from '@assent/kernel';
import type { ProspectFact } from '@assent/contract';
import { paris, presentInfini } from './calendar-spec.js';
import {
  became,
  did,
  ended,
  permitted,
  registered,
  reversed,
  returned,
  sent,
  twice,
} from './history-spec.js';
import { PERMIT_MS, prospect, type Solicitation } from './prospect.js';
import type { Registration } from './registration.js';

const person = given(prospect, presentInfini());
const registration: Registration = {
  at: paris('2026-03-10'),
  relationship: 'prospect',
  collections: [],
  optIns: [],
};
const solicitation = (at: string, campaign: string, more: Partial<Solicitation> = {}): Solicitation => ({
  ...{ at: paris(at), solicitationId: campaign, campaign, channel: 'email', purpose: 'prospecting' },
  counts: true,
  ...more,
});
const reserve = (at: string, campaign: string, more: Partial<Solicitation> = {}) =>
  ({ type: 'reserve', registration, solicitation: solicitation(at, campaign, more) }) as const;
const deliver = (at: string, campaign: string, code = 'allowed') =>
  ({ type: 'deliver', registration, code, solicitation: solicitation(at, campaign) }) as const;
const reverse = (at: string, solicitationId: string, reason: 'bounced' | 'not-sent' = 'bounced') =>
  ({ type: 'reverse', registration, at: paris(at), solicitationId, reason }) as const;
const respond = (at: string, restarts = true) =>
  ({ type: 'respond', registration, at: paris(at), kind: 'click', restarts }) as const;
const change = (type: 'becomeCustomer' | 'endRelationship', at: string) =>
  ({ type, registration, at: paris(at) }) as const;
const droppedOut = (at: string, reason: 'inactivity' | 'no-answer' = 'inactivity'): ProspectFact => ({
  ...{ type: 'ProspectDroppedOut', at: paris(at), reason },
});
const wake = (at: string) => ({ type: 'wake', at: paris(at) }) as const;
const known = registered('2026-03-10');

describe('A registration', () => {
  it('is recorded once', () => {
    person().when({ type: 'register', registration }).then(known);
    person(known).when({ type: 'register', registration }).thenNothing();
  });

  it('comes first when another command meets a person of whom nothing is recorded yet', () =>
    person().when(respond('2026-05-01')).then(known, did('2026-05-01', 'click')));

  it('begins with an act of the person when the data was given by own hand', () =>
    person()
      .when({ type: 'register', registration: { ...registration, collections: [registration.at] } })
      .then(known, returned('2026-03-10')));

  it('is followed by each new collection and opt-in of own hand, once', () => {
    const more = { ...registration, collections: [paris('2026-04-01')], optIns: [paris('2026-04-02')] };
    const back = [returned('2026-04-01'), returned('2026-04-02', 'opt-in')];
    person(known)
      .when({ type: 'register', registration: more })
      .then(...back);
    person(known, ...back)
      .when({ type: 'register', registration: more })
      .thenNothing();
  });

  it('is not moved by an older collection', () =>
    person(known)
      .when({ type: 'register', registration: { ...registration, collections: [paris('2026-01-01')] } })
      .thenNothing());
});

describe('A permit', () => {
  it('reserves for 72 hours (K11)', () =>
    person(known)
      .when(reserve('2026-04-01', 'spring'))
      .then({
        ...permitted('2026-04-01', 'spring'),
        expiresAt: paris('2026-04-01') + PERMIT_MS,
      } as ProspectFact));

  it('S2-24 is refused when two solicitations are unanswered', () =>
    person(...twice)
      .when(reserve('2026-05-02', 'june'))
      .thenRefused('solicitation-limit-reached'));

  it('S2-24 is refused when one is unanswered and one is on its way', () =>
    person(known, sent('2026-04-01', 'spring'), permitted('2026-05-01 09:00', 'may'))
      .when(reserve('2026-05-01 09:01', 'june'))
      .thenRefused('solicitation-limit-reached'));

  it('has one winner of two that are asked for at the same time, whichever clock is ahead', () => {
    const first = [...twice.slice(0, 3), permitted('2026-05-01 09:00:00.002', 'may')];
    person(...first)
      .when(reserve('2026-05-01 09:00:00.001', 'june'))
      .thenRefused('solicitation-limit-reached');
  });

  it('S2-23 is refused when the person has dropped out', () =>
    person(known).when(reserve('2027-03-10', 'spring')).thenRefused('dropped-out'));

  it('is the same when it is asked for again, and a new one when it is over', () => {
    const first = permitted('2026-04-01', 'spring');
    person(known, first).when(reserve('2026-04-02', 'spring')).thenNothing();
    person(known, first).when(reserve('2026-04-04', 'spring')).then(permitted('2026-04-04', 'spring'));
  });

  it('of an edition is not limited (K10)', () =>
    person(...twice)
      .when(reserve('2026-05-02', 'letter', { counts: false }))
      .then(permitted('2026-05-02', 'letter', false)));
});

describe('A report', () => {
  it('is recorded whether it was permitted or not, with what the decision said', () => {
    const against = { ...sent('2026-05-02', 'june'), code: 'solicitation-limit-reached' } as ProspectFact;
    person(...twice)
      .when(deliver('2026-05-02', 'june', 'solicitation-limit-reached'))
      .then(against);
  });

  it('is recorded once', () => {
    person(known, sent('2026-04-01', 'spring')).when(deliver('2026-04-02', 'spring')).thenNothing();
    person(known, sent('2026-04-01', 'spring'), reversed('2026-04-02', 'spring'))
      .when(deliver('2026-04-03', 'spring'))
      .thenNothing();
  });

  it('is recorded again when the first was a mistake', () =>
    person(known, sent('2026-04-01', 'spring'), reversed('2026-04-02', 'spring', 'not-sent'))
      .when(deliver('2026-04-03', 'spring'))
      .then(sent('2026-04-03', 'spring')));

  it('is not recorded again by the retry of the mistake', () =>
    person(known, sent('2026-04-01', 'spring'), reversed('2026-04-02', 'spring', 'not-sent'))
      .when(deliver('2026-04-01', 'spring'))
      .thenNothing());
});

describe('A reversal', () => {
  it('gives back once', () => {
    person(known, sent('2026-04-01', 'spring'))
      .when(reverse('2026-04-02', 'spring'))
      .then(reversed('2026-04-02', 'spring'));
    person(known, sent('2026-04-01', 'spring'), reversed('2026-04-02', 'spring'))
      .when(reverse('2026-04-03', 'spring'))
      .thenNothing();
  });

  it('that is retried takes nothing back that was sent after it', () =>
    person(
      known,
      permitted('2026-04-01', 'spring'),
      reversed('2026-04-02', 'spring', 'not-sent'),
      sent('2026-04-03', 'spring'),
    )
      .when(reverse('2026-04-02', 'spring', 'not-sent'))
      .thenNothing());

  it('is possible for what was sent in time and told after the permit was over', () =>
    person(
      known,
      permitted('2026-04-01', 'spring'),
      reversed('2026-04-04', 'spring', 'permit-expired'),
      sent('2026-04-02', 'spring'),
    )
      .when(reverse('2026-04-06', 'spring'))
      .then(reversed('2026-04-06', 'spring')));

  it('of something unknown is refused', () =>
    person(known).when(reverse('2026-04-02', 'spring')).thenRefused('solicitation-unknown'));

  it('does not happen before what it reverses', () =>
    person(known, sent('2026-04-02', 'spring'))
      .when(reverse('2026-04-01', 'spring'))
      .then(reversed('2026-04-02', 'spring')));
});

describe('A response', () => {
  it('is recorded once per kind and instant, unless it turns out to be the person', () => {
    person(known, did('2026-05-01', 'click')).when(respond('2026-05-01')).thenNothing();
    person(known, did('2026-05-01', 'click', false))
      .when(respond('2026-05-01', false))
      .thenNothing();
    person(known, did('2026-05-01', 'click', false))
      .when(respond('2026-05-01'))
      .then(did('2026-05-01', 'click'));
  });
});

describe('A relationship', () => {
  it('begins and ends once', () => {
    person(known).when(change('becomeCustomer', '2026-04-01')).then(became('2026-04-01'));
    person(known, became('2026-04-01')).when(change('becomeCustomer', '2026-04-02')).thenNothing();
    person(known, became('2026-04-01'))
      .when(change('endRelationship', '2026-05-01'))
      .then(ended('2026-05-01'));
    person(known, became('2026-04-01'), ended('2026-05-01'))
      .when(change('endRelationship', '2026-06-01'))
      .thenNothing();
  });

  it('may be told to end before it is told to begin (K12)', () =>
    person(known).when(change('endRelationship', '2026-05-01')).then(ended('2026-05-01')));
});

describe('Time alone', () => {
  it('S2-23 ends a prospect at the end of the year, and it is told once', () => {
    person(known).wakesAt(paris('2027-03-10'));
    person(known).when(wake('2027-03-09')).thenNothing();
    person(known).when(wake('2027-03-11')).then(droppedOut('2027-03-10'));
    person(known, droppedOut('2027-03-10')).wakesAt('never');
    person(known, droppedOut('2027-03-10')).when(wake('2027-04-01')).thenNothing();
  });

  it('S2-22 tells the drop-out after a window without an answer', () => {
    const impatient = given(prospect, presentInfini('P30D'))(...twice);
    impatient.wakesAt(paris('2026-05-31 09:00'));
    impatient.when(wake('2026-06-01')).then(droppedOut('2026-05-31 09:00', 'no-answer'));
  });

  it('tells a drop-out anew that a late act had put off', () => {
    const late = [known, droppedOut('2027-03-10'), did('2026-06-01', 'click')];
    person(...late).wakesAt(paris('2027-06-01'));
    person(...late)
      .when(wake('2027-06-01'))
      .then(droppedOut('2027-06-01'));
  });

  it('takes back a permit that nobody used', () => {
    const permit = permitted('2026-04-01', 'spring');
    person(known, permit).wakesAt(paris('2026-04-04'));
    person(known, permit)
      .when(wake('2026-04-05'))
      .then(reversed('2026-04-04', 'spring', 'permit-expired'));
  });

  it('changes nothing for a customer', () => person(registered('2026-03-10', 'customer')).wakesAt('never'));
});

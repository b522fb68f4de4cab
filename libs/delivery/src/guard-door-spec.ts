/** The door of the guard, with a gate that says what it is told to. */
import type { AnswerCode, Decision, DeliveryState } from '@assent/contract';
import { checked } from '@assent/http';
import { Gate, type Keyring, type Question, type SubjectRef, type Subjects } from '@assent/ports';
import type { Permits } from '@assent/prospect';
import { SendChecksController } from './send-checks.controller.js';
import { SendCheckDto } from './send-checks.dto.js';
import { SendChecks } from './send-checks.service.js';
import { address } from './stand-ins/people.js';
import { KEY, T0, TENANT } from './stand-ins/stores.js';
import { ADA, world } from './stand-ins/world.js';

export const PHONE = 'a'.repeat(32);
const OLD = 'b'.repeat(32);

class Saying extends Gate {
  code: AnswerCode = 'objection-in-force';
  readonly asked: Question[] = [];
  override decide(_: string, question: Question): Promise<Decision> {
    this.asked.push(question);
    const { code } = this;
    const reasons = [{ code, rule: 'objectionInForce', since: T0, eventId: 'o1' }];
    return Promise.resolve({ allowed: code === 'allowed', code, reasons, policy: 'p@1', revision: 4 });
  }
}

/** Ada with a mail address, a number, and a number of before. */
export function guardDoor(made = world()) {
  const gate = new Saying();
  const addresses = [
    address(KEY),
    address(OLD, 'phone', T0 + 1),
    { ...address(PHONE, 'phone'), addedAt: T0 - 1 },
  ];
  const ada = { subjectId: 'sub_1', state: { addresses }, keys: [KEY, PHONE, OLD, 'crm'], version: 1 };
  const subjects = {
    resolve(_: string, { email, phone, id, externalId }: SubjectRef) {
      if (email === 'no address') return Promise.resolve({ malformed: 'email' });
      if (email !== undefined) return Promise.resolve({ ...ada, key: KEY, address: ADA });
      if (phone !== undefined)
        return Promise.resolve({ ...ada, key: PHONE, address: { kind: 'phone', value: phone } });
      if (externalId !== undefined)
        return Promise.resolve({ ...ada, key: 'crm', address: { kind: 'externalId', value: externalId } });
      const nobody = { subjectId: null, state: null, keys: [], version: 0 };
      return Promise.resolve({ ...(id === 'sub_1' ? ada : nobody), key: null, address: null });
    },
  } as unknown as Subjects;
  const permits = {
    check: (_: string, token: string) => {
      const permit = { subjectId: 'sub_1', purpose: 'offers', channel: 'email', solicitationId: 'spring' };
      if (token === 'forged') return Promise.resolve({ code: 'permit-forged' });
      return Promise.resolve({ code: token === 'over' ? 'permit-expired' : 'allowed', permit });
    },
  } as unknown as Permits;
  const keyring = { digest: (...said: unknown[]) => JSON.stringify(said) } as unknown as Keyring;
  const policies = made.policies.asPort();
  const metrics = {
    ...{ attempted: () => undefined, drifted: () => undefined, heard: () => undefined },
    refusedAtSend: (_: string, id: string, code: string) => void made.counted.push(`${id} ${code}`),
  };
  const checks = new SendChecks(
    ...([
      gate,
      subjects,
      permits,
      made.integrations,
      keyring,
      made.clock,
      made.log,
      policies,
      metrics,
    ] as const),
  );
  const controller = new SendChecksController(checks);
  const ask = (more: object = {}, commandId: string | null = null) =>
    controller.check(
      checked(SendCheckDto, {
        ...{ subject: { email: ADA.value }, purpose: 'offers', channel: 'email', integration: 'mail' },
        ...more,
      }),
      { tenant: TENANT, actor: 'key:1', scopes: new Set(), commandId },
    );
  const events = (key = KEY) => made.log.read(`delivery/${TENANT}/mail/${key}`);
  const stateOf = async (key = KEY) => (await events(key)).at(-1)?.state as DeliveryState | undefined;
  return { ...made, gate, ask, events, stateOf };
}

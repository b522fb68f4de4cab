import { OutgoingFailure, type Keyring, type OutgoingRequest, type Records } from '@assent/ports';
import { Logger } from '@nestjs/common';
import type { InboundFact, OutgoingResponse } from '@assent/ports';
import { FromTools } from './from-tools.service.js';
import { Integrations } from './integrations.service.js';
import { ManualClock, T0, TENANT } from './stand-ins/stores.js';
import { FixedPolicies, integrationWith, kindOf, ScriptedTool } from './stand-ins/tools.js';

Logger.overrideLogger(false);
const URL_ = 'https://sns.eu-west-3.amazonaws.com/?Action=ConfirmSubscription';
const HANDSHAKE: InboundFact = { what: 'handshake', url: URL_, id: 'm1', at: T0 };

/** A tool that says `facts`, whatever is posted. */
function world(facts: readonly InboundFact[], answers: (number | Error)[] = []) {
  const sent: OutgoingRequest[] = [];
  const outgoing = {
    send(request: OutgoingRequest): Promise<OutgoingResponse> {
      sent.push(request);
      const answer = answers.shift() ?? 200;
      if (answer instanceof Error) return Promise.reject(answer);
      return Promise.resolve({ status: answer, headers: {}, body: '' });
    },
  };
  const policies = new FixedPolicies([integrationWith()]).asPort();
  const kind = kindOf('scripted', new Map([['mail', new ScriptedTool()]]));
  const inbound = () => ({ verify: () => 'genuine' as const, read: () => facts });
  const clock = new ManualClock();
  const integrations = new Integrations(policies, outgoing, clock, [{ ...kind, inbound }]);
  const entries = new Map<string, unknown>();
  const records = {
    get: (name: string) => Promise.resolve(entries.get(name)),
    put: (name: string, value: unknown) => Promise.resolve(void entries.set(name, value)),
  } as unknown as Records;
  const keyring = { digest: (...said: unknown[]) => JSON.stringify(said) } as unknown as Keyring;
  const heard: string[] = [];
  const metrics = {
    ...{ attempted: () => undefined, drifted: () => undefined, refusedAtSend: () => undefined },
    heard: (_: string, __: string, outcome: string) => void heard.push(outcome),
  };
  const nobody = undefined as never;
  const tools = new FromTools(
    integrations,
    nobody,
    nobody,
    nobody,
    keyring,
    records,
    outgoing,
    clock,
    metrics,
  );
  const told = { tenant: TENANT, integration: 'mail', at: T0, body: new Uint8Array() };
  return { sent, heard, hear: (blocked = new Set<string>()) => tools.hear(told, blocked, true) };
}

describe('A tool that wants to be answered before it tells', () => {
  it('is answered once, at the address that it named, by the guarded way out', async () => {
    const { hear, sent, heard } = world([HANDSHAKE]);
    expect(await hear()).toBe(0);
    expect(await hear()).toBe(0);
    expect(sent).toEqual([{ method: 'GET', url: URL_ }]);
    expect(heard).toEqual(['answered', 'repeated']);
  });

  it.each([
    ['answers 403', 403],
    ['answers with a redirect, which is not followed', 302],
    ['is not there', new OutgoingFailure('unreachable', 'no route')],
    ['turns out to be a private address', new OutgoingFailure('private-address', 'refused')],
  ])('is answered later when it %s, and holds up nobody', async (_, answer) => {
    const { hear, sent, heard } = world([HANDSHAKE], [answer]);
    const blocked = new Set<string>();
    expect(await hear(blocked)).toBe(1);
    expect([...blocked]).toEqual([]);
    expect(await hear()).toBe(0);
    expect([sent.length, heard]).toEqual([2, ['answered']]);
  });

  it('is not answered when it says that it will tell nothing more: that is counted, and told to the operator', async () => {
    const { hear, sent, heard } = world([{ what: 'closed', id: 'm2', at: T0 }]);
    expect(await hear()).toBe(0);
    expect([sent, heard]).toEqual([[], ['closed']]);
  });
});

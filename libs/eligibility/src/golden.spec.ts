import { GOLDEN, type Act, type Golden } from './golden-table-spec.js';
import { at, world } from './world-spec.js';

async function play({ collected, person: options, acts = [], purpose, asks }: Golden, late: boolean) {
  const { person, gate } = world();
  const who = await person(collected, options);
  let told = 0;
  const tell = (until: number): void => {
    for (; told < acts.length && (acts[told]?.[1].at ?? 0) <= until; told++) {
      const [concept, fact] = acts[told] as Act;
      if (concept === 'opposition') who.objected(fact);
      else who.did(concept, fact);
    }
  };
  if (late) tell(Infinity);
  const codes: string[] = [];
  for (const [when, , question] of asks) {
    tell(at(when));
    const { tenant, ref: subject } = who;
    const asked = { subject, purpose, channel: 'email' as const, ...question, at: at(when) };
    codes.push((await gate.decide(tenant, asked)).code);
  }
  return codes;
}

describe('The golden table', () => {
  it.each(GOLDEN.map((golden) => [golden.title, golden] as const))('%s', async (_, golden) => {
    const expected = golden.asks.map(([, code]) => code);
    expect(await play(golden, false)).toEqual(expected);
    expect(await play(golden, true)).toEqual(expected);
  });
});

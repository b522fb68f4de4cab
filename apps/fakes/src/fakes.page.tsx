import type { Belief } from '@assent/integration-kit';
import type { StandIn } from './stand-in.js';

const STYLE = `
  :root { color-scheme: light dark; font: 15px/1.45 system-ui, sans-serif; }
  body { margin: 2rem auto; max-width: 75rem; padding: 0 1rem; }
  table { border-collapse: collapse; table-layout: fixed; width: 100%; }
  caption { text-align: left; font-weight: 600; padding: .5rem 0; }
  th, td { border-bottom: 1px solid #8886; padding: .4rem .6rem; text-align: left; vertical-align: top; }
  .mailed { color: #a33; } .stopped { color: #2a7d46; } .none { color: #888; }
  @media (prefers-color-scheme: dark) { .mailed { color: #ff9a8d; } .stopped { color: #7fd79b; } }
  form { margin: 1rem 0; display: flex; gap: .5rem; flex-wrap: wrap; align-items: end; }
  input, select, button { font: inherit; padding: .35rem .6rem; }
  .violation { color: #a33; font-weight: 600; }`;

interface Row {
  readonly address: string;
  readonly believed: readonly (Belief | undefined)[];
}

/** Who each tool knows, and what it would do. Plain forms: it works without script. */
export function FakesPage({
  tools,
  moods,
}: {
  readonly tools: readonly StandIn[];
  readonly moods: readonly string[];
}) {
  const rows = rowsOf(tools);
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>What each tool believes</title>
        <style>{STYLE}</style>
      </head>
      <body>
        <h1>What each tool believes</h1>
        <p>
          Stand-ins with the rules and the memory of {tools.length} tools. Reload to see what has changed.
        </p>
        <form method="post" action="/seed">
          <label>
            Let every tool mail <input type="email" name="address" required value="ada@example.org" />
          </label>
          <button>Let them</button>
        </form>
        <form method="post" action="/mood">
          <label>
            Tool{' '}
            <select name="kind">
              {tools.map(({ kind }) => (
                <option key={kind}>{kind}</option>
              ))}
            </select>
          </label>
          <label>
            Mood{' '}
            <select name="mood">
              {['well', ...moods].map((mood) => (
                <option key={mood}>{mood}</option>
              ))}
            </select>
          </label>
          <button>Set</button>
        </form>
        {rows.length === 0 && <p>Nobody is known to any tool yet.</p>}
        {rows.map(({ address, believed }) => (
          <table key={address}>
            <caption>{address}</caption>
            <thead>
              <tr>
                <th scope="col">Tool</th>
                <th scope="col">Targets</th>
                <th scope="col">Note</th>
              </tr>
            </thead>
            <tbody>
              {tools.map(
                ({ kind }, i) =>
                  believed[i] !== undefined && (
                    <tr key={kind}>
                      <th scope="row">{kind}</th>
                      <td>
                        {Object.entries(believed[i].targets).map(([target, stand]) => (
                          <div key={target} class={stand}>
                            {target}: {stand === 'none' ? 'not there' : stand}
                          </div>
                        ))}
                      </td>
                      <td>{believed[i].note}</td>
                    </tr>
                  ),
              )}
            </tbody>
          </table>
        ))}
        <h2>Calls outside the contracts</h2>
        {tools.every((tool) => tool.violations().length === 0) ? (
          <p>None.</p>
        ) : (
          <ul>
            {tools.flatMap((tool) =>
              tool.violations().map((violation) => (
                <li key={violation} class="violation">
                  {tool.kind}: {violation}
                </li>
              )),
            )}
          </ul>
        )}
      </body>
    </html>
  );
}

/** One row per person, with what each tool believes about them. */
function rowsOf(tools: readonly StandIn[]): Row[] {
  const beliefs = tools.map((tool) => new Map(tool.beliefs().map((one) => [one.address.toLowerCase(), one])));
  const addresses = [...new Set(beliefs.flatMap((own) => [...own.keys()]))].sort();
  return addresses.map((address) => ({ address, believed: beliefs.map((own) => own.get(address)) }));
}

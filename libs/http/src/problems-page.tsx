import { PROBLEMS } from './problems.js';
import { renderPage } from './pages.js';

/** The table of problems for people: the `type` of a problem document is the address of its section. */
export const problemsPage = (): string =>
  renderPage(
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>Problems</title>
      </head>
      <body>
        <main>
          <h1>Problems</h1>
          {Object.entries(PROBLEMS).map(([code, { status, title, remedy }]) => (
            <section id={code} key={code}>
              <h2>{code}</h2>
              <p>
                <strong>{status}</strong> {title}. {remedy}
              </p>
            </section>
          ))}
        </main>
      </body>
    </html>,
  );

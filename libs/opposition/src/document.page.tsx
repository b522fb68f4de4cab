import type { ComponentChildren, JSX } from 'preact';
import type { Say } from './page-texts.js';

/** Where a page stands: whose it is, in which language it speaks, where its style lies. */
export interface Setting {
  /** BCP 47 */
  readonly language: string;
  readonly brand: string;
  readonly styles: readonly string[];
  readonly say: Say;
}

interface Props {
  readonly setting: Setting;
  readonly title: string;
  readonly children: ComponentChildren;
}

/** One column, one heading, no script. */
export function Document({ setting: { language, brand, styles }, title, children }: Props): JSX.Element {
  return (
    <html lang={language}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex, nofollow" />
        <title>{title.includes(brand) ? title : `${title} · ${brand}`}</title>
        {styles.map((href) => (
          <link key={href} rel="stylesheet" href={href} />
        ))}
      </head>
      <body>
        {brand !== '' && <header>{brand}</header>}
        <main>
          <h1>{title}</h1>
          {children}
        </main>
      </body>
    </html>
  );
}

/** The same for a forged, a cut and a foreign link: it tells nothing about anyone. */
export function LinkUnknownPage({ setting }: { readonly setting: Setting }): JSX.Element {
  return (
    <Document setting={setting} title={setting.say('link.unknown.title')}>
      <p>{setting.say('link.unknown.text')}</p>
    </Document>
  );
}

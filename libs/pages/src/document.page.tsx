import type { ComponentChildren, JSX } from 'preact';
import type { FrameKey } from './frame-texts.js';
import type { Setting } from './setting.js';

interface Props {
  readonly setting: Setting<FrameKey>;
  /** The one heading; also the window's title, with the brand. */
  readonly title: string;
  /** One sentence in the footer: what this page is for. */
  readonly about?: string;
  readonly children: ComponentChildren;
}

/** The frame of every page: brand, one card with one heading, who is responsible. No script. */
export function Document({ setting, title, about, children }: Props): JSX.Element {
  const { language, brand, controller, styles, say } = setting;
  return (
    <html lang={language}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex, nofollow" />
        <meta name="color-scheme" content="light dark" />
        <title>{title.includes(brand) ? title : `${title} · ${brand}`}</title>
        {styles.map((href) => (
          <link key={href} rel="stylesheet" href={href} />
        ))}
      </head>
      <body>
        {brand !== '' && (
          <header>
            <p class="brand">
              <span class="mark" aria-hidden="true">
                {[...brand][0]?.toUpperCase()}
              </span>
              {brand}
            </p>
          </header>
        )}
        <main>
          <h1>{title}</h1>
          {children}
        </main>
        <footer>
          {about !== undefined && <p>{about}</p>}
          {controller !== null && <p>{say('frame.controller', { controller })}</p>}
          <p>{say('frame.no-account')}</p>
        </footer>
      </body>
    </html>
  );
}

/** The same for a forged, a cut and a foreign link: it tells nothing about anyone. */
export function LinkUnknownPage({ setting }: { readonly setting: Setting<FrameKey> }): JSX.Element {
  const { say } = setting;
  return (
    <Document setting={setting} title={say('link.unknown.title')}>
      <p class="lead">{say('link.unknown.text')}</p>
      <p class="quiet">{say('link.unknown.help')}</p>
    </Document>
  );
}

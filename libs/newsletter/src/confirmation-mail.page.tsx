import type { JSX } from 'preact';
import { renderPage } from '@assent/http';
import { NoticeText } from '@assent/pages';
import { contrastOnWhite } from '@assent/policy';
import type { ConfirmationView } from './confirmation-mail.js';

/**
 * The HTML part: one column, inline styles, no image, no font, no script. It sets no colour of text or ground, so that
 * every mail program's own light or dark is readable; only the button has a colour, with black or white on it.
 */
export const confirmationHtml = (view: ConfirmationView): string =>
  renderPage(<ConfirmationMailPage view={view} />);

const COLOUR = '#1d4e89';
const FONT = "font-family:system-ui,-apple-system,'Segoe UI',Roboto,'Helvetica Neue',sans-serif";
const SMALL = 'font-size:14px;line-height:1.5;margin:0 0 12px';
const PLAIN = 'margin:0 0 16px';
const WRITTEN = `${SMALL};overflow-wrap:anywhere;word-break:break-word`;
const NOTICE = { heading: 'font-size:16px;line-height:1.4;margin:0 0 8px', text: SMALL };
const APART = 'border:0;border-top:1px solid #8b949e;margin:32px 0 24px';

function ConfirmationMailPage({ view }: { readonly view: ConfirmationView }): JSX.Element {
  const { language, say, subject, brand, purpose, until, notice, confirmUrl, cancelUrl } = view;
  return (
    <html lang={language}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="supported-color-schemes" content="light dark" />
        <title>{subject}</title>
      </head>
      <body style="margin:0;padding:0">
        <main lang={language}>
          <div
            style={`${FONT};font-size:16px;line-height:1.5;max-width:576px;margin:0 auto;padding:24px 20px`}
          >
            <p style="margin:0 0 24px;font-weight:600">{brand}</p>
            <h1 style="font-size:24px;line-height:1.25;margin:0 0 16px">{say('confirmation.title')}</h1>
            <p style={PLAIN}>{say('confirmation.asked', { purpose, brand })}</p>
            <p style="margin:24px 0">
              <a href={confirmUrl} style={buttonStyle(view.colour ?? COLOUR)}>
                {say('confirmation.button')}
              </a>
            </p>
            <p style={WRITTEN}>
              {say('confirmation.button.written')}
              <br />
              <a href={confirmUrl} style="color:inherit">
                {confirmUrl}
              </a>
            </p>
            <p style={PLAIN}>{say('confirmation.until', { date: until })}</p>
            <p style={PLAIN}>
              {say('confirmation.not-you')}{' '}
              <a href={cancelUrl} style="color:inherit">
                {say('confirmation.cancel')}
              </a>
            </p>
            <hr style={APART} />
            <p style={SMALL}>{say('confirmation.notice')}</p>
            <NoticeText markdown={notice} level={2} styles={NOTICE} />
            <hr style={APART} />
            <Footer view={view} />
          </div>
        </main>
      </body>
    </html>
  );
}

function Footer({ view }: { readonly view: ConfirmationView }): JSX.Element {
  const { say, brand, controller, rights, contact, preferencesUrl } = view;
  return (
    <>
      <p style={SMALL}>{say('confirmation.controller', { controller })}</p>
      {rights.length > 0 && (
        <>
          <p style={SMALL}>{say('confirmation.rights')}</p>
          <ul style={SMALL}>
            {rights.map((right) => (
              <li key={right}>{right}</li>
            ))}
          </ul>
        </>
      )}
      <p style={WRITTEN}>
        {rights.length > 0 && `${say('confirmation.rights.page')} `}
        <a href={preferencesUrl} style="color:inherit">
          {say('confirmation.preferences', { brand })}
        </a>
      </p>
      {contact !== undefined && <p style={SMALL}>{say('confirmation.rights.contact', { contact })}</p>}
    </>
  );
}

/** Black or white, whichever can be read better (WCAG 2.2, 1.4.3); the border keeps the shape where grounds are dropped. */
function buttonStyle(colour: string): string {
  const ink = contrastOnWhite(colour) >= 21 / contrastOnWhite(colour) ? '#ffffff' : '#000000';
  return `display:inline-block;background-color:${colour};border:2px solid ${colour};border-radius:8px;color:${ink};font-weight:600;padding:12px 24px;text-decoration:none`;
}

import type { JSX } from 'preact';
import { Document, type FrameKey, type Setting } from '@assent/pages';
import type { KeptMail } from '@assent/ports';
import { linksOf } from './mailbox-links.js';

interface ListProps {
  readonly setting: Setting<FrameKey>;
  /** Newest first. */
  readonly mails: readonly KeptMail[];
}

/** Mails that would have been sent, with their links to click. */
export function MailboxPage({ setting, mails }: ListProps): JSX.Element {
  return (
    <Document setting={setting} title="Mailbox">
      <p>
        No mail server is set, so mails are kept here instead of being sent. Only this machine sees this page.
      </p>
      {mails.length === 0 && <p class="quiet">No mail yet.</p>}
      {mails.map((mail) => (
        <section key={mail.id}>
          <h2>
            <a href={`/mailbox/${mail.id}`} lang={mail.language}>
              {mail.subject}
            </a>
          </h2>
          <Envelope mail={mail} />
          <MailLinks mail={mail} />
        </section>
      ))}
    </Document>
  );
}

export function MailPage({
  setting,
  mail,
}: {
  readonly setting: Setting<FrameKey>;
  readonly mail: KeptMail;
}): JSX.Element {
  const [head = ''] = mail.raw.split('\r\n\r\n', 1);
  return (
    <Document setting={setting} title={mail.subject}>
      <Envelope mail={mail} />
      <MailLinks mail={mail} />
      <h2>As HTML</h2>
      <iframe
        title="The HTML part"
        src={`/mailbox/${mail.id}/html`}
        sandbox="allow-top-navigation-by-user-activation"
      />
      <h2>As text</h2>
      <pre lang={mail.language}>{mail.text}</pre>
      <h2>Headers</h2>
      <pre>{head}</pre>
      <p>
        <a href={`/mailbox/${mail.id}.eml`}>The whole message (.eml)</a>
      </p>
      <p>
        <a href="/mailbox">All mails</a>
      </p>
    </Document>
  );
}

function Envelope({ mail: { to, keptAt } }: { readonly mail: KeptMail }): JSX.Element {
  const at = new Date(keptAt).toISOString();
  return (
    <p class="quiet">
      to {to}, <time datetime={at}>{at.slice(0, 19).replace('T', ' ')} UTC</time>
    </p>
  );
}

function MailLinks({ mail }: { readonly mail: KeptMail }): JSX.Element {
  return (
    <ul class="links">
      {linksOf(mail).map(({ href, label }) => (
        <li key={href}>
          <a href={href}>
            {label}
            <span class="unseen"> of “{mail.subject}”</span>
          </a>
        </li>
      ))}
    </ul>
  );
}

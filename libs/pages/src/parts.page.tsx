/** What pages are built of. Each part is complete without script and named for screen readers. */
import type { ComponentChildren, JSX } from 'preact';

interface StatusProps {
  /** `done`: what was asked has happened. `note`: nothing to do. `warning`: it has not happened. */
  readonly tone: 'done' | 'note' | 'warning';
  readonly title?: string;
  readonly children: ComponentChildren;
}

/** What came of the last click; read aloud when it appears. Never told by colour alone. */
export function Status({ tone, title, children }: StatusProps): JSX.Element {
  return (
    <div class={`status ${tone}`} role="status">
      {title !== undefined && <p class="status-title">{title}</p>}
      {children}
    </div>
  );
}

interface ActionProps {
  /** Path that the button posts to. */
  readonly to: string;
  /**
   * `main`: what the page is for, once a page. `strong`: cannot be overlooked. `plain`: everything else. `light`: looks
   * like a link, for what few people want.
   */
  readonly weight?: 'main' | 'strong' | 'plain' | 'light';
  /** Said by screen readers after the label, where several buttons have the same one. */
  readonly of?: string;
  readonly children: ComponentChildren;
}

/** One button that does one thing. */
export function Action({ to, weight = 'plain', of, children }: ActionProps): JSX.Element {
  return (
    <form method="post" action={to}>
      <button class={weight}>
        {children}
        {of !== undefined && <span class="unseen"> {of}</span>}
      </button>
    </form>
  );
}

interface FieldProps {
  readonly name: string;
  readonly label: string;
  readonly type?: 'text' | 'email' | 'tel';
  /** A value of HTML's `autocomplete` (WCAG 2.2, 1.3.5). */
  readonly autocomplete?: string;
  readonly value?: string | undefined;
  readonly hint?: string;
  /** What is wrong with the value and how to put it right. */
  readonly error?: string | undefined;
  readonly required?: boolean;
}

/** A labelled field; its hint and its error belong to it for screen readers too. */
export function Field({
  name,
  label,
  type = 'text',
  autocomplete,
  value,
  hint,
  error,
  required = false,
}: FieldProps): JSX.Element {
  const notes = [hint !== undefined && `${name}-hint`, error !== undefined && `${name}-error`].filter(
    Boolean,
  );
  return (
    <div class="field">
      <label for={name}>{label}</label>
      {hint !== undefined && (
        <p class="quiet" id={`${name}-hint`}>
          {hint}
        </p>
      )}
      {error !== undefined && (
        <p class="error" id={`${name}-error`}>
          {error}
        </p>
      )}
      <input
        id={name}
        name={name}
        type={type}
        list={undefined}
        required={required}
        aria-invalid={error !== undefined}
        aria-describedby={notes.length > 0 ? notes.join(' ') : undefined}
        autocomplete={autocomplete}
        value={value}
      />
    </div>
  );
}

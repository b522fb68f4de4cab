import { PROBLEMS } from './problems.js';

/** `docs/reference/problems.md`: one section per code, as `type` of a problem points to it. */
export const problemsMarkdown = (): string =>
  [
    '# Problems',
    '',
    'Made by `npm run reference` from the one table of refusals and faults. They are answered as `application/problem+json` (RFC 9457)',
    'with `type`, `title`, `status`, `detail`, `code`, `instance`, and `errors: [{pointer, detail}]` where members are wrong.',
    '',
    ...Object.entries(PROBLEMS).flatMap(([code, { status, title, remedy }]) => [
      `## ${code}`,
      '',
      `**${status}** ${title}. ${remedy}`,
      '',
    ]),
  ].join('\n');

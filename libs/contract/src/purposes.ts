import { ALL, type Scope } from './words.js';

/** The purpose and those above it, nearest first: `newsletter.weekly`, `newsletter`. Dots make the tree. */
export function lineage(purpose: string): string[] {
  const line = [purpose];
  for (let end = purpose.lastIndexOf('.'); end > 0; end = purpose.lastIndexOf('.', end - 1)) {
    line.push(purpose.slice(0, end));
  }
  return line;
}

/** A stop on `newsletter` covers `newsletter.weekly`; a stop on the child leaves the parent alone. */
export const covers = (scope: Scope, purpose: string, channel: string): boolean =>
  (scope.channel === ALL || scope.channel === channel) &&
  (scope.purpose === ALL || lineage(purpose).includes(scope.purpose));

export const sameScope = (a: Scope, b: Scope): boolean => a.purpose === b.purpose && a.channel === b.channel;

/** Reading what a tool has sent, of which nothing is certain. */
export type Members = Readonly<Record<string, unknown>>;

export const isMembers = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
export const membersOf = (value: unknown): Members => (isMembers(value) ? value : {});
/** The objects in a list; nothing when it is none. */
export const rowsOf = (value: unknown): Members[] => (Array.isArray(value) ? value.filter(isMembers) : []);
export const textOf = (value: unknown): string =>
  typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '';
/** Some tools write `"true"`, `"1"` or 1. */
export const truthOf = (value: unknown): boolean =>
  value === true || value === 1 || (typeof value === 'string' && /^(?:true|1)$/i.test(value));
/** Whether two spellings name one mailbox to the tools, which all compare without case. */
export const sameAddress = (a: unknown, b: string): boolean => textOf(a).toLowerCase() === b.toLowerCase();

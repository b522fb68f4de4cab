/** What the services read their settings from; `main.ts` has removed what is empty. */
export const environment = (): Readonly<Record<string, string | undefined>> => process.env;

import { randomUUID } from 'node:crypto';

/** The address of a fresh database on the server under test. */
export function freshUri(): string {
  const uri = process.env['MONGODB_URI'];
  if (!uri) {
    throw new Error(
      'MONGODB_URI is not set: start the services with `npm run stack up` and set what it prints',
    );
  }
  const [, hosts = '', query = ''] = /^(mongodb(?:\+srv)?:\/\/[^/?]+)(?:\/[^?]*)?(\?.*)?$/.exec(uri) ?? [];
  return `${hosts}/assent-${randomUUID()}${query}`;
}

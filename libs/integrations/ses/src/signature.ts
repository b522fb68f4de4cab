/** Signature Version 4 as the receiver checks it, written from its description and not with the library that signs. */
import { createHash, createHmac } from 'node:crypto';

const hash = (text: string): string => createHash('sha256').update(text).digest('hex');
const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();
const encoded = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`);

export interface SignedCall {
  readonly method: string;
  /** As received, without a query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

export function verifies(
  { method, path, headers, body }: SignedCall,
  keyId: string,
  secret: string,
): boolean {
  const form =
    /Credential=([^/]+)\/(\d{8})\/([\w-]+)\/ses\/aws4_request, SignedHeaders=([\w;-]+), Signature=(\w+)$/;
  const [, id, day = '', region = '', names = '', signature] =
    form.exec(String(headers['authorization'])) ?? [];
  const date = String(headers['x-amz-date']);
  if (
    id !== keyId ||
    !date.startsWith(day) ||
    !['host', 'x-amz-date'].every((one) => names.split(';').includes(one))
  )
    return false;
  const lines = names.split(';').map((name) => `${name}:${String(headers[name]).trim()}\n`);
  const path2 = path.split('/').map(encoded).join('/');
  const request = [method, path2, '', lines.join(''), names, hash(body)].join('\n');
  const scope = `${day}/${region}/ses/aws4_request`;
  const toSign = ['AWS4-HMAC-SHA256', date, scope, hash(request)].join('\n');
  const key = [day, region, 'ses', 'aws4_request'].reduce<string | Buffer>(hmac, `AWS4${secret}`);
  return hmac(key, toSign).toString('hex') === signature;
}

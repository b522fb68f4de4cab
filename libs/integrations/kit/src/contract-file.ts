/**
 * The operations of a vendor that a connector uses, in own words, each with what it demands and answers. A stand-in
 * refuses everything else, and a test says that each operation is exercised.
 */
import { createHash } from 'node:crypto';
import { Check } from 'typebox/schema';
import type { TSchema } from 'typebox';
import { isMembers } from './json.js';

export interface Operation {
  readonly name: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** `/contacts/{identifier}`: what stands in braces is decoded for the stand-in. */
  readonly path: string;
  /** Parameters that may be there; `!` at the end: that must. */
  readonly query?: readonly string[];
  /** JSON schema of the body, closed to members that it does not name. None: no body. */
  readonly body?: TSchema;
  /** Headers that must be there, each with its form. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly answers: readonly number[];
  /** What is known, and how: unmarked = the vendor's documentation; `reported` by users; `unverified` by nobody. */
  readonly facts: readonly string[];
}

export interface Contract {
  readonly vendor: string;
  /** Grows with each change of what the connector sends. */
  readonly version: number;
  /** Where the facts come from, and of when they are. */
  readonly source: string;
  readonly contentType?: string;
  readonly operations: readonly Operation[];
  /** Members that must never be sent, wherever they stand: they act on more people than one. */
  readonly forbidden?: readonly string[];
}

/** `brevo@1+3f2a91c0`: kind, version, and a digest of the contract file, for receipts. */
export const versionOf = (kind: string, contract: Contract): string => {
  const digest = createHash('sha256').update(JSON.stringify(contract)).digest('hex').slice(0, 8);
  return `${kind}@${contract.version}+${digest}`;
};

export interface Found {
  readonly operation: Operation;
  readonly values: Readonly<Record<string, string>>;
}

/** The operation of a request, with what stands in the places of its path. */
export function operationOf({ operations }: Contract, method: string, pathname: string): Found | undefined {
  for (const operation of operations) {
    if (operation.method !== method) continue;
    const names: string[] = [];
    const form = operation.path
      .replace(/[.*+?^$()|[\]\\]/g, '\\$&')
      .replace(/\{(\w+)\}/g, (_, name: string) => {
        names.push(name);
        return '([^/]+)';
      });
    const match = new RegExp(`^${form}$`).exec(pathname);
    if (match === null) continue;
    return {
      operation,
      values: Object.fromEntries(names.map((name, i) => [name, decoded(match[i + 1] ?? '')])),
    };
  }
  return undefined;
}

export interface Asked {
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** Undefined: there is none. */
  readonly body: unknown;
}

/** What is wrong with a request, by the contract. Names members, never repeats values. */
export function requestFaults(
  contract: Contract,
  { name, query = [], body, headers = {} }: Operation,
  asked: Asked,
): string[] {
  const known = query.map((param) => param.replace('!', ''));
  const type = contract.contentType ?? 'application/json';
  return [
    ...[...asked.query.keys()]
      .filter((param) => !known.includes(param))
      .map((param) => `${name} has no parameter ${param}`),
    ...query
      .filter((param) => param.endsWith('!') && !asked.query.has(param.slice(0, -1)))
      .map((param) => `${name} needs the parameter ${param.slice(0, -1)}`),
    ...Object.entries(headers)
      .filter(([header, form]) => !new RegExp(form).test(String(asked.headers[header])))
      .map(([header]) => `${name} needs the header ${header}`),
    ...forbiddenIn(asked.body, contract.forbidden ?? []).map(
      (member) => `${name} sends ${member}, which is forbidden`,
    ),
    ...(body === undefined
      ? asked.body === undefined
        ? []
        : [`${name} takes no body`]
      : [
          ...(asked.headers['content-type'] === type ? [] : [`${name} needs content type ${type}`]),
          ...(Check(body, asked.body) ? [] : [`${name} needs another body: ${membersIn(asked.body)}`]),
        ]),
  ];
}

const membersIn = (body: unknown): string => (isMembers(body) ? Object.keys(body).join(', ') : typeof body);

function forbiddenIn(value: unknown, names: readonly string[]): string[] {
  if (Array.isArray(value)) return value.flatMap((one) => forbiddenIn(one, names));
  if (!isMembers(value)) return [];
  return Object.entries(value).flatMap(([name, inner]) => [
    ...(names.includes(name) ? [name] : []),
    ...forbiddenIn(inner, names),
  ]);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

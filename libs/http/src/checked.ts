import { ProblemError, type MemberError } from './problems.js';
import { plainToInstance } from 'class-transformer';
import { getMetadataStorage, validateSync, type ValidationError } from 'class-validator';

/**
 * A body, or one line of a batch, as its declared type; throws `invalid-request` with a JSON pointer for every member
 * that is wrong or unknown. Repeats no value: what stands in the wrong place may be personal data.
 */
export function checked<T extends object>(type: new () => T, value: unknown): T {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new ProblemError('invalid-request', 'A JSON object is expected.', [
      { pointer: '', detail: 'must be a JSON object' },
    ]);
  }
  const body = plainToInstance(type, value);
  const errors = validateSync(body, {
    whitelist: true,
    forbidNonWhitelisted: true,
    forbidUnknownValues: true,
  });
  const faults = errors.flatMap((error) => faultsOf(error, '')).slice(0, MOST_TOLD);
  if (faults.length === 0) return body;
  const detail = faults.map((fault) => `${fault.pointer} ${fault.detail}`).join('; ');
  throw new ProblemError('invalid-request', detail, faults);
}

/** So many wrong members are told at once: a body full of them is not answered by a larger one. */
const MOST_TOLD = 20;

function faultsOf(
  { property, target, constraints, children = [] }: ValidationError,
  parent: string,
): MemberError[] {
  const pointer = `${parent}/${MEMBER.test(property) ? property : '…'}`;
  const own = Object.entries(constraints ?? {}).map(([rule, message]) => ({
    pointer,
    detail:
      rule === 'whitelistValidation'
        ? `is not a known member; known are ${membersOf(target).join(', ')}`
        : message.replace(`${property} `, ''),
  }));
  return [...own.slice(0, 1), ...children.flatMap((child) => faultsOf(child, pointer))];
}

function membersOf(target: object | undefined): string[] {
  if (target === undefined) return [];
  const known = getMetadataStorage().getTargetValidationMetadatas(target.constructor, '', true, false);
  return [...new Set(known.map(({ propertyName }) => propertyName))];
}

/** The name of a member, repeated in the answer only when it can be neither an address nor a number of a person. */
const MEMBER = /^(?!.*\d{6})[A-Za-z0-9_-]{1,40}$/;

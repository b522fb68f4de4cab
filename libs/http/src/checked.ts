import { ProblemError, type MemberError } from './problems.js';
import { plainToInstance } from 'class-transformer';
import { validateSync, type ValidationError } from 'class-validator';

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
  const faults = errors.flatMap((error) => faultsOf(error, ''));
  if (faults.length === 0) return body;
  const detail = faults.map((fault) => `${fault.pointer} ${fault.detail}`).join('; ');
  throw new ProblemError('invalid-request', detail, faults);
}

function faultsOf({ property, constraints, children = [] }: ValidationError, parent: string): MemberError[] {
  const pointer = `${parent}/${MEMBER.test(property) ? property : '…'}`;
  const own = Object.entries(constraints ?? {}).map(([rule, message]) => ({
    pointer,
    detail: rule === 'whitelistValidation' ? 'is not a known member' : message.replace(`${property} `, ''),
  }));
  return [...own.slice(0, 1), ...children.flatMap((child) => faultsOf(child, pointer))];
}

const MEMBER = /^[A-Za-z0-9_-]{1,40}$/;

import type { ArgumentMetadata, PipeTransform } from '@nestjs/common';
import { checked } from './checked.js';

/** Checks bodies and queries against the declared class of their parameter; everything else passes. */
export class BodyPipe implements PipeTransform {
  transform(value: unknown, { type, metatype }: ArgumentMetadata): unknown {
    if ((type !== 'body' && type !== 'query') || metatype === undefined || NATIVE.has(metatype)) return value;
    return checked(metatype as new () => object, value);
  }
}

const NATIVE: ReadonlySet<unknown> = new Set([String, Number, Boolean, Array, Object, Buffer]);

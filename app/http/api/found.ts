import { AppError } from '#core/domain/errors.ts';

/** What was looked for. @throws AppError `missing`, answered 404, when it is not there or belongs to another tenant. */
export function found<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new AppError('missing', 'There is no such thing here');
  return value;
}

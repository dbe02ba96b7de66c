import { AppError } from '#core/domain/errors.ts';

const ENGINE_ABSENT = new Set([
  'ECONNREFUSED',
  'ENOENT',
  'EACCES',
  'EPERM',
  'ECONNRESET',
  'EPIPE',
  'ENOTFOUND',
  'ETIMEDOUT',
]);

/** HTTP status of an engine's answer, or undefined when it did not answer. */
export function engineStatus(thrown: unknown): number | undefined {
  if (typeof thrown !== 'object' || thrown === null || !('statusCode' in thrown)) return undefined;
  return typeof thrown.statusCode === 'number' ? thrown.statusCode : undefined;
}

/**
 * An engine's failure as an AppError. 404 and 409 both mean that the container is not there to be used: removed, stopped
 * or being removed. `action` is shown to people; the engine's own text stays in the cause.
 */
export function toEngineError(thrown: unknown, action: string): AppError {
  if (thrown instanceof AppError) return thrown;
  const status = engineStatus(thrown);
  if (status === 404 || status === 409)
    return new AppError('missing', `${action}: the container is gone`, { cause: thrown });
  if (status === 400) return new AppError('invalid', `${action}: the container engine refused it`, { cause: thrown });
  if (status !== undefined)
    return new AppError('unavailable', `${action}: the container engine failed`, { cause: thrown });
  const code = typeof thrown === 'object' && thrown !== null && 'code' in thrown ? String(thrown.code) : '';
  if (ENGINE_ABSENT.has(code)) {
    return new AppError('unavailable', `${action}: the container engine does not answer`, { cause: thrown });
  }
  return new AppError('internal', `${action} failed`, { cause: thrown });
}

import { AppError } from '#core/domain/errors.ts';
import { Prisma } from '../generated/client.ts';

/**
 * SQLSTATEs after which the same statement may succeed: connection (08), transaction rollback (40), resources (53),
 * lock timeout (55P03), cancelled by statement timeout (57014) and shutdown (57P).
 * Source: https://www.postgresql.org/docs/15/errcodes-appendix.html
 */
const PASSING = /^(08...|40...|53...|55P03|57014|57P..)$/;

/** Integrity (23) and bad data (22): the caller asked for something the tables refuse. */
const REFUSED = /^2[23]...$/;

/**
 * Prisma's own codes for "cannot reach, timed out, connection closed, pool timeout, transaction closed".
 * Source: https://www.prisma.io/docs/orm/reference/error-reference
 */
const PRISMA_PASSING: ReadonlySet<string> = new Set([
  'P1001',
  'P1002',
  'P1008',
  'P1017',
  'P2024',
  'P2028',
  'P2034',
  'P2037',
]);

const SQLSTATE = /^[0-9A-Z]{5}$/;

function codeOf(thrown: unknown): string | undefined {
  if (typeof thrown !== 'object' || thrown === null || !('code' in thrown)) return undefined;
  return typeof thrown.code === 'string' && SQLSTATE.test(thrown.code) ? thrown.code : undefined;
}

/** What a failed statement means: a driver error without a SQLSTATE never reached the server, or lost it half-way. */
export function driverError(thrown: unknown, action: string): AppError {
  if (thrown instanceof AppError) return thrown;
  const sqlState = codeOf(thrown);
  if (sqlState === undefined)
    return new AppError('unavailable', `${action}: the database did not answer`, { cause: thrown });
  const context = { sqlState };
  if (PASSING.test(sqlState))
    return new AppError('unavailable', `${action}: the database is not ready`, { cause: thrown, context });
  if (REFUSED.test(sqlState))
    return new AppError('invalid', `${action}: the database refused the values`, { cause: thrown, context });
  return new AppError('internal', `${action} failed in the database`, { cause: thrown, context });
}

/** The same for a call through the Prisma client. */
export function prismaError(thrown: unknown, action: string): AppError {
  if (thrown instanceof AppError) return thrown;
  if (thrown instanceof Prisma.PrismaClientInitializationError) {
    return new AppError('unavailable', `${action}: the database did not answer`, { cause: thrown });
  }
  if (thrown instanceof Prisma.PrismaClientKnownRequestError) {
    const code = PRISMA_PASSING.has(thrown.code) ? 'unavailable' : 'internal';
    return new AppError(code, `${action} failed in the database`, { cause: thrown, context: { prisma: thrown.code } });
  }
  if (thrown instanceof Prisma.PrismaClientValidationError) {
    return new AppError('internal', `${action} was asked wrongly`, { cause: thrown });
  }
  return driverError(thrown, action);
}

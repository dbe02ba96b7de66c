import { randomBytes } from 'node:crypto';
import type { Refusals } from './failure.ts';
import type { TokenRecord } from './records.ts';
import { memberNamed, type TrackerWorld } from './world.ts';

const TOKEN_BYTES = 32;

/** What a test may choose of a token. */
export interface NewToken {
  readonly scopes: readonly string[];
  /** Who acts with it; by default a name of its own. */
  readonly name?: string;
}

/** Adds a token. */
export function addToken(world: TrackerWorld, { scopes, name = 'integration' }: NewToken): TokenRecord {
  const secret = randomBytes(TOKEN_BYTES).toString('hex');
  const record = { id: `token-${world.nextId()}`, token: secret, scopes, member: memberNamed(world, name) };
  world.tokens.set(secret, record);
  return record;
}

/** Who asks, by `Authorization: Bearer`. @throws TrackerFailure for anybody unknown. */
export function identify(world: TrackerWorld, authorization: string | undefined, refusals: Refusals): TokenRecord {
  const secret = /^Bearer (?<secret>\S+)$/.exec(authorization ?? '')?.groups?.['secret'];
  const token = secret === undefined ? undefined : world.tokens.get(secret);
  if (!token) throw refusals.unauthorised(authorization !== undefined);
  return token;
}

/** @throws TrackerFailure for a token without any of the scopes. */
export function requireScope({ scopes }: TokenRecord, anyOf: readonly string[], refusals: Refusals): void {
  if (!anyOf.some((one) => scopes.includes(one))) throw refusals.forbidden();
}

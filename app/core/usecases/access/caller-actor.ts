import type { Identity } from '../../domain/rules/access.ts';
import type { Runtime } from '../../ports/runtime.ts';

const ID_HEX_DIGITS = 12;
const NAME_CHARS_MAX = 100;

/**
 * Somebody who calls the API, as the one who asked, said or approved something. Whoever answers for a key is one person with
 * all their keys, so that nobody approves with one what they asked for with another.
 */
export function callerActor(
  runtime: Pick<Runtime, 'sha256'>,
  { tenantId, name, person }: Pick<Identity, 'tenantId' | 'name' | 'person'>,
): { id: number; login: string; bot: false } {
  const digest = runtime.sha256(`${tenantId}/${person}`).slice(0, ID_HEX_DIGITS);
  const login = name.replaceAll(/\s+|\p{C}/gu, ' ').trim();
  return { id: -1 - Number.parseInt(digest, 16), login: login.slice(0, NAME_CHARS_MAX), bot: false };
}

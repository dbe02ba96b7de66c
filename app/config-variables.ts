import { z } from 'zod';
import type { Settings } from '#core/contracts/http/settings.ts';

/** Words in the name of a variable whose value lets somebody in; the addresses of stores carry passwords, a DSN the key to file reports with. */
const SECRET_WORDS: ReadonlySet<string> = new Set([
  ...['KEY', 'SECRET', 'SECRETS', 'TOKEN', 'PASSWORD', 'PEPPER', 'CREDENTIALS'],
]);
const WITH_PASSWORD: ReadonlySet<string> = new Set(['DATABASE_URL', 'REDIS_URL', 'SENTRY_DSN']);

/** Whether the value of a variable must never be shown. */
export function isSecretVariable(name: string): boolean {
  // A budget of tokens is no secret.
  const isTokens = name.endsWith('_TOKENS');
  return WITH_PASSWORD.has(name) || isTokens || name.split('_').some((word) => SECRET_WORDS.has(word));
}

/** The description that a variable's schema carries, as a sentence without its full stop. */
export function meaningOf(schema: z.ZodType): string {
  return (schema.description ?? '').replace(/\.$/, '');
}

/** A default as people would write it; empty for none. */
export function shownDefault(schema: z.ZodType): string {
  const unset = schema.safeParse(undefined);
  if (!unset.success) return '';
  return typeof unset.data === 'string' || typeof unset.data === 'number' ? String(unset.data) : '';
}

/**
 * The variables that a process reads by `schema`, as they count for it now: what is set, or else the default. Values of
 * secrets are left out, and of addresses whatever stands before `@` and after `?`.
 */
export function effectiveVariables(
  schema: z.ZodObject,
  env: Readonly<Record<string, string | undefined>>,
): Settings['variables'] {
  return Object.entries(schema.shape).flatMap(([name, variable]) => {
    if (!(variable instanceof z.ZodType)) return [];
    const given = (env[name] ?? '').trim();
    const isSecret = isSecretVariable(name);
    const value = given === '' ? shownDefault(variable) : withoutCredentials(given);
    return {
      name,
      value: isSecret || value === '' ? null : value,
      is_secret: isSecret,
      is_set: given !== '',
      description: meaningOf(variable),
    };
  });
}

function withoutCredentials(value: string): string {
  return value.replace(/(\w:\/\/)[^/?#\s,]*@/g, '$1').replace(/(\w:\/\/[^?\s,]*)\?[^\s,]*/g, '$1');
}

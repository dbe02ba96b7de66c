import { z } from 'zod';
import { AppError } from '../domain/errors.ts';
import { utf8Bytes } from '../domain/text/text-limit.ts';

/* What the variables of all hosts have in common. */

/** Least length of a webhook secret: as long as the digest it keys (HMAC-SHA256, RFC 2104 section 3), or as a guess would need. */
const WEBHOOK_SECRET_BYTES_MIN = 32;

/** Author of commits, as configured. */
export interface GitAuthor {
  readonly name: string;
  readonly email: string;
}

/** The variables an author is given in. */
interface AuthorVariables {
  readonly ASTRAFORGE_GIT_AUTHOR_NAME?: string | undefined;
  readonly ASTRAFORGE_GIT_AUTHOR_EMAIL?: string | undefined;
}

/** Address of a host, without slashes at the end. */
export const HostUrl = z
  .url({ protocol: /^https?$/ })
  .refine((url) => !/[?#@]/.test(url), 'it must have no credentials, query or fragment')
  .transform(withoutTrailingSlash);

/** An address without trailing slashes, so that paths can be put behind it. */
export function withoutTrailingSlash(url: string): string {
  return url.replace(/\/+$/, '');
}

/**
 * Stands in the way of a door that anybody could open; Probot's published default, `development`, is too short as well.
 * @throws AppError `invalid` for a secret under 32 bytes.
 */
export function requireStrongSecret(webhookSecret: string): void {
  if (utf8Bytes(webhookSecret) >= WEBHOOK_SECRET_BYTES_MIN) return;
  throw new AppError('invalid', `the webhook secret must be a random one of ${WEBHOOK_SECRET_BYTES_MIN} bytes or more`);
}

/** Whether a check neither throws nor says no. */
export function holds(check: () => unknown): boolean {
  try {
    return check() !== false;
  } catch {
    return false;
  }
}

/** An author counts only with both name and e-mail. */
export function gitAuthorOf(variables: AuthorVariables): { readonly gitAuthor?: GitAuthor } {
  const { ASTRAFORGE_GIT_AUTHOR_NAME: name, ASTRAFORGE_GIT_AUTHOR_EMAIL: email } = variables;
  return name !== undefined && email !== undefined ? { gitAuthor: { name, email } } : {};
}

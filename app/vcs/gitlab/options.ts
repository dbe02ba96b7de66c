import { AppError } from '#core/domain/errors.ts';

/** Least length of a webhook secret; GitLab sends it as it is, so its length is all that stands in the way of a guess. */
const WEBHOOK_SECRET_BYTES_MIN = 32;

/** Settings of the GitLab host, already parsed. */
export interface GitLabOptions {
  /** Address for people, git and API: `https://gitlab.com`, or with a relative URL root `https://HOST/gitlab`. */
  readonly url: string;
  /** A project, group or service account's token with scope `api` and, for git, `write_repository`. */
  readonly token: string;
  /** Projects we work for, see {@link createProjectFilter}; everything else is turned away. */
  readonly projects: readonly string[];
  /** The address that webhooks call us at; without it what they delivered is not looked through. */
  readonly webhookUrl?: string;
  /** Whose name commits carry; the token's own account when absent. */
  readonly gitAuthor?: { readonly name: string; readonly email: string };
}

/**
 * Stands in the way of a door that anybody could open.
 * @throws AppError `invalid` for a secret under 32 bytes.
 */
export function requireStrongSecret(webhookSecret: string): void {
  if (Buffer.byteLength(webhookSecret) >= WEBHOOK_SECRET_BYTES_MIN) return;
  throw new AppError('invalid', `the webhook secret must be a random one of ${WEBHOOK_SECRET_BYTES_MIN} bytes or more`);
}

/** An address without trailing slashes, so that paths can be put behind it. */
export function withoutTrailingSlash(url: string): string {
  return url.replace(/\/+$/, '');
}

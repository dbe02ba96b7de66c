import { AppError } from '#core/domain/errors.ts';

/** Least length of a webhook secret: as long as the digest it keys (HMAC-SHA256, RFC 2104 section 3). */
const WEBHOOK_SECRET_BYTES_MIN = 32;

/** Probot's own default; it is in its documentation, so anybody can sign with it. */
const PROBOT_DEFAULT_SECRET = 'development';

/** Settings of the GitHub host, already parsed. */
export interface GitHubOptions {
  /** The App's number, from its settings page. */
  readonly appId: number;
  /** PEM, PKCS#1 as GitHub hands it out or PKCS#8. */
  readonly privateKey: string;
  /** `https://api.github.com`, or `https://HOST/api/v3` for GitHub Enterprise Server. */
  readonly apiUrl: string;
  /** Where people and git go: `https://github.com`, or `https://HOST`. */
  readonly webUrl: string;
  /** Whose name commits carry; the App's bot account when absent. */
  readonly gitAuthor?: { readonly name: string; readonly email: string };
  /** A second App that reviews, installed beside the first; the first one reviews when absent. */
  readonly reviewer?: AppKey;
}

/** What an App proves itself by: its number, and its key as PEM. */
export type AppKey = Pick<GitHubOptions, 'appId' | 'privateKey'>;

/**
 * Stands in the way of a door that anybody could open.
 * @throws AppError `invalid` for Probot's published default and for a secret under 32 bytes.
 */
export function requireStrongSecret(webhookSecret: string): void {
  const isWeak = Buffer.byteLength(webhookSecret) < WEBHOOK_SECRET_BYTES_MIN;
  if (!isWeak && webhookSecret !== PROBOT_DEFAULT_SECRET) return;
  throw new AppError('invalid', `the webhook secret must be a random one of ${WEBHOOK_SECRET_BYTES_MIN} bytes or more`);
}

/** An address without trailing slashes, so that paths can be put behind it. */
export function withoutTrailingSlash(url: string): string {
  return url.replace(/\/+$/, '');
}

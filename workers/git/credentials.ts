import { AppError } from '#core/domain/errors.ts';
import type { GitAccess } from '#core/ports/host/vcs.ts';

const VISIBLE_ASCII = /^[\x21-\x7e]+$/;

/**
 * The environment that lets git talk to `access.url` and to no other address: a header scoped to that URL, given as
 * configuration by environment (https://git-scm.com/docs/git-config#ENVIRONMENT), so that the token is in no argument,
 * file or URL and only the worker's own git child can see it.
 * Throws AppError `invalid` for a URL with credentials or a foreign protocol, or a token that is no header value.
 */
export function credentialEnv(access: GitAccess, allowProtocols: readonly string[]): Record<string, string> {
  assertUrl(access.url, allowProtocols);
  if (!VISIBLE_ASCII.test(access.token) || !VISIBLE_ASCII.test(access.username) || access.username.includes(':')) {
    throw new AppError('invalid', 'Git access holds a token or user name that cannot be sent');
  }
  return {
    GIT_CONFIG_COUNT: '1',
    GIT_CONFIG_KEY_0: `http.${access.url}.extraHeader`,
    GIT_CONFIG_VALUE_0: `Authorization: Basic ${basic(access)}`,
  };
}

/** `text` without the token, plain or as sent, and without control characters; at most `charsMax` long. */
export function withoutSecrets(text: string, access: GitAccess, charsMax: number): string {
  return text
    .replaceAll(access.token, '***')
    .replaceAll(basic(access), '***')
    .replaceAll(/\p{C}+/gu, ' ')
    .trim()
    .slice(0, charsMax);
}

function basic({ username, token }: GitAccess): string {
  return Buffer.from(`${username}:${token}`).toString('base64');
}

function assertUrl(text: string, allowProtocols: readonly string[]): void {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !allowProtocols.includes(url.protocol.slice(0, -1))) {
    throw new AppError('invalid', `Git access must be a URL with one of these protocols: ${allowProtocols.join(', ')}`);
  }
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') {
    throw new AppError('invalid', 'The URL of a Git access must hold no credentials, query or fragment');
  }
}

import { AppError, type ErrorCode } from '#core/domain/errors.ts';
import type { GitAccess } from '#core/ports/host/vcs.ts';
import { withoutSecrets } from './credentials.ts';
import { facts, type GitExit } from './git.ts';

const CAUSE_CHARS_MAX = 2_000;

/*
 * Git has one exit code (128) for everything, so its words in the C locale decide. They come from http.c, remote-curl.c,
 * connect.c and fetch-pack.c of Git 2.39; the tests beside this file run each of them against a real server.
 */
const VERDICTS: readonly (readonly [RegExp, ErrorCode, string])[] = [
  [/pack-objects died|not a git repository:|bad config line/, 'internal', 'the mirror is damaged'],
  [/fsck error/, 'invalid', 'the repository holds objects that Git calls malformed'],
  [
    /Authentication failed|could not read (Username|Password)|returned error: 40[13]/,
    'denied',
    'the host refused the token',
  ],
  [/repository '.*' not found|returned error: (404|410)/, 'missing', 'the repository is not on the host'],
  [/returned error: 30\d|unable to update url base from redirection/, 'missing', 'the repository has moved'],
  [/not our ref|unadvertised object|couldn't find remote ref/, 'missing', 'the commit is not on the host'],
  [
    /returned error: \d|unable to access '[a-z]+:|remote error|RPC failed/,
    'unavailable',
    'the host does not answer properly',
  ],
  [
    /early EOF|hung up|unexpected disconnect|expected (flush|packet)|bad line length|invalid server response/,
    'unavailable',
    'the connection broke',
  ],
];

/**
 * The AppError for a git command that talked to the host and did not succeed: `denied`, `missing`, `unavailable`, or
 * `internal` when it looks as if the fault were on our side (a damaged mirror).
 */
export function remoteError(exit: GitExit, action: string, access: GitAccess): AppError {
  const details = {
    cause: new Error(withoutSecrets(exit.stderr, access, CAUSE_CHARS_MAX)),
    context: facts(exit),
  };
  if (exit.end === 'timeout') return new AppError('unavailable', `${action} failed: it took too long`, details);
  if (exit.end === 'aborted') return new AppError('invalid', `${action} failed: the repository is too large`, details);
  for (const [pattern, code, reason] of VERDICTS) {
    if (pattern.test(exit.stderr)) return new AppError(code, `${action} failed: ${reason}`, details);
  }
  return new AppError('internal', `${action} failed`, details);
}

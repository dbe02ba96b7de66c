import { describe, expect, test } from 'vitest';
import { AppError, type ErrorCode } from '#core/domain/errors.ts';
import { toGitLabError } from '../../../../../app/vcs/gitlab/wire/errors.ts';
import { RefusedRequest } from '../../../../../app/vcs/gitlab/wire/transport.ts';

const NOW_MS = 1_800_000_000_000;
const read = { action: 'reading team/app', write: false };
const write = { action: 'commenting on team/app#1', write: true };

function answered(status: number, headers: Record<string, string> = {}): Error {
  return new RefusedRequest({ status, headers });
}

/** What `fetch` rejects with when no answer came. */
function unanswered(code: string): Error {
  return new TypeError('fetch failed', { cause: Object.assign(new Error(code), { code }) });
}

describe('an answer with a status', () => {
  test.each<[number, ErrorCode, ErrorCode]>([
    [400, 'invalid', 'invalid'],
    [401, 'denied', 'denied'],
    [403, 'denied', 'denied'],
    [404, 'missing', 'missing'],
    [408, 'unavailable', 'ambiguous'],
    [409, 'conflict', 'conflict'],
    [410, 'missing', 'missing'],
    [422, 'invalid', 'invalid'],
    [429, 'limited', 'limited'],
    [500, 'unavailable', 'ambiguous'],
    [502, 'unavailable', 'ambiguous'],
    [503, 'unavailable', 'ambiguous'],
  ])('%i is %s for a read and %s for a write', (status, forRead, forWrite) => {
    expect(toGitLabError(answered(status), read, NOW_MS).code).toBe(forRead);
    expect(toGitLabError(answered(status), write, NOW_MS).code).toBe(forWrite);
  });

  test('keeps what was thrown as cause and says what failed', () => {
    const thrown = answered(422, { 'x-request-id': '01AB' });
    const error = toGitLabError(thrown, write, NOW_MS);
    expect(error.cause).toBe(thrown);
    expect(error.context).toEqual({ status: 422, requestId: '01AB' });
    expect(error.message).toBe('commenting on team/app#1 failed: GitLab found the request invalid (422)');
  });

  test('that leads elsewhere names the variable that is wrong', () => {
    const error = toGitLabError(answered(302), write, NOW_MS);
    expect(error).toMatchObject({ code: 'invalid', message: expect.stringContaining('GITLAB_URL') });
  });
});

describe('a rate limit', () => {
  test.each<[string, Error, number]>([
    ['retry-after in seconds', answered(429, { 'retry-after': '42' }), 42_000],
    ['the reset of the window', answered(429, { 'ratelimit-reset': String(NOW_MS / 1_000 + 30) }), 30_000],
    ['a reset already past', answered(429, { 'ratelimit-reset': '1' }), 1_000],
    ['a reset days ahead', answered(429, { 'ratelimit-reset': '9999999999' }), 3_600_000],
    ['429 without any header', answered(429), 60_000],
    ['403 with retry-after', answered(403, { 'retry-after': '5' }), 5_000],
  ])('by %s says how long to wait', (_by, thrown, retryAfterMs) => {
    expect(toGitLabError(thrown, write, NOW_MS)).toMatchObject({ code: 'limited', retryAfterMs, retryable: true });
  });

  test('of a server that is down is passed on', () => {
    const error = toGitLabError(answered(503, { 'retry-after': '5' }), read, NOW_MS);
    expect(error).toMatchObject({ code: 'unavailable', retryAfterMs: 5_000 });
  });
});

describe('no answer', () => {
  test.each<[string, ErrorCode]>([
    ['ECONNRESET', 'ambiguous'],
    ['UND_ERR_SOCKET', 'ambiguous'],
    ['ETIMEDOUT', 'ambiguous'],
    ['ECONNREFUSED', 'unavailable'],
    ['ENOTFOUND', 'unavailable'],
    ['UND_ERR_CONNECT_TIMEOUT', 'unavailable'],
    ['SELF_SIGNED_CERT_IN_CHAIN', 'unavailable'],
  ])('%s makes a write %s and a read unavailable', (code, forWrite) => {
    expect(toGitLabError(unanswered(code), write, NOW_MS).code).toBe(forWrite);
    expect(toGitLabError(unanswered(code), read, NOW_MS).code).toBe('unavailable');
  });

  test('by timeout, or one that is too long to read, makes a write ambiguous', () => {
    expect(toGitLabError(new DOMException('x', 'TimeoutError'), write, NOW_MS).code).toBe('ambiguous');
    expect(toGitLabError(new RangeError('x'), write, NOW_MS).code).toBe('ambiguous');
  });
});

test('an error that is already ours passes unchanged', () => {
  const ours = new AppError('unavailable', 'reading failed');
  expect(toGitLabError(ours, write, NOW_MS)).toBe(ours);
});

test('anything else is internal and not retryable', () => {
  const bug = new TypeError('x is not a function');
  expect(toGitLabError(bug, write, NOW_MS)).toMatchObject({ code: 'internal', retryable: false, cause: bug });
});

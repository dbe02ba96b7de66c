import { describe, expect, test } from 'vitest';
import { AppError, type ErrorCode } from '#core/domain/errors.ts';
import { toGitHubError } from '../../../../../app/vcs/github/wire/errors.ts';

const NOW_MS = 1_800_000_000_000;
const read = { action: 'reading octo/app', write: false };
const write = { action: 'commenting on octo/app#1', write: true };

/** What Octokit throws for an answer: an Error with status and response. */
function answered(status: number, headers: Record<string, string> = {}, data: unknown = {}): Error {
  return Object.assign(new Error('text nobody may rely on'), { status, response: { status, headers, data } });
}

/** What Octokit throws when no answer came: status 500 without a response, the network's error as cause. */
function unanswered(code: string): Error {
  const network = new TypeError('fetch failed', { cause: Object.assign(new Error(code), { code }) });
  return Object.assign(new Error('text nobody may rely on', { cause: network }), { status: 500 });
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
    expect(toGitHubError(answered(status), read, NOW_MS).code).toBe(forRead);
    expect(toGitHubError(answered(status), write, NOW_MS).code).toBe(forWrite);
  });

  test('keeps the vendor error as cause and shows none of its text', () => {
    const thrown = answered(422, { 'x-github-request-id': 'AB:12' });
    const error = toGitHubError(thrown, write, NOW_MS);
    expect(error.cause).toBe(thrown);
    expect(error.context).toEqual({ status: 422, requestId: 'AB:12' });
    expect(error.message).toBe('commenting on octo/app#1 failed: GitHub found the request invalid (422)');
  });
});

describe('a rate limit', () => {
  test.each<[string, Error, number]>([
    ['retry-after in seconds', answered(403, { 'retry-after': '42' }), 42_000],
    ['retry-after on 429', answered(429, { 'retry-after': '7' }), 7_000],
    [
      'the reset of a spent budget',
      answered(403, { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(NOW_MS / 1_000 + 90) }),
      90_000,
    ],
    ['a reset already past', answered(403, { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '1' }), 1_000],
    [
      'a reset days ahead',
      answered(403, { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '9999999999' }),
      3_600_000,
    ],
    ['429 without any header', answered(429), 60_000],
    [
      'a secondary limit without any header',
      answered(403, {}, { documentation_url: 'https://docs.github.com/rest/overview/rate-limits-for-the-rest-api' }),
      60_000,
    ],
  ])('by %s says how long to wait', (_by, thrown, retryAfterMs) => {
    expect(toGitHubError(thrown, write, NOW_MS)).toMatchObject({ code: 'limited', retryAfterMs, retryable: true });
  });

  test('is not seen in a refusal that leaves budget', () => {
    const data = { documentation_url: 'https://docs.github.com/rest/issues/comments', message: 'secondary rate limit' };
    const thrown = answered(403, { 'x-ratelimit-remaining': '4999' }, data);
    expect(toGitHubError(thrown, write, NOW_MS)).toMatchObject({ code: 'denied', retryAfterMs: undefined });
  });

  test('of a server that is down is passed on', () => {
    const error = toGitHubError(answered(503, { 'retry-after': '5' }), read, NOW_MS);
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
    ['EAI_AGAIN', 'unavailable'],
    ['UND_ERR_CONNECT_TIMEOUT', 'unavailable'],
  ])('%s makes a write %s and a read unavailable', (code, forWrite) => {
    expect(toGitHubError(unanswered(code), write, NOW_MS).code).toBe(forWrite);
    expect(toGitHubError(unanswered(code), read, NOW_MS).code).toBe('unavailable');
  });

  test('by timeout makes a write ambiguous', () => {
    const thrown = Object.assign(new Error('x', { cause: new DOMException('x', 'TimeoutError') }), { status: 500 });
    expect(toGitHubError(thrown, write, NOW_MS).code).toBe('ambiguous');
  });
});

test('an error that is already ours passes unchanged', () => {
  const ours = new AppError('unavailable', 'minting failed');
  expect(toGitHubError(ours, write, NOW_MS)).toBe(ours);
});

test('anything else is internal and not retryable', () => {
  const bug = new TypeError('x is not a function');
  expect(toGitHubError(bug, write, NOW_MS)).toMatchObject({ code: 'internal', retryable: false, cause: bug });
});

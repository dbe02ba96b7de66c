import { describe, expect, test } from 'vitest';
import { AppError } from '#core/domain/errors.ts';
import { createTranslator } from '../../../../../app/vcs/github/inbound/translate.ts';

const translate = createTranslator({ appId: 77 });

const repository = { id: 11, name: 'app', owner: { login: 'octo' } };
const base = { installation: { id: 7 }, repository, sender: { id: 5, login: 'mona', type: 'User' } };
const issue = { number: 3, title: 'Broken', body: '@astraforge fix it' };
const head = { sha: 'a'.repeat(40), repo: { id: 11 } };
const pull = { number: 4, title: 'Change', body: null, head };
const repo = { provider: 'github', installationId: 7, id: 11, owner: 'octo', name: 'app' };
const mona = { id: 5, login: 'mona', bot: false };

function read(event: string, payload: unknown) {
  return translate({ event, body: Buffer.from(JSON.stringify(payload)) });
}

function failureOf(run: () => unknown): AppError {
  try {
    run();
  } catch (error) {
    if (error instanceof AppError) return error;
  }
  throw new Error('no AppError was thrown');
}

describe('what people say', () => {
  test('a comment on an issue carries the words, the comment to react to and the issue', () => {
    const payload = { ...base, action: 'created', issue, comment: { id: 99, body: 'please look' } };
    expect(read('issue_comment', payload)).toEqual({
      kind: 'said',
      repo,
      actor: mona,
      thread: { kind: 'issue', number: 3, title: 'Broken', body: '@astraforge fix it' },
      trigger: { kind: 'comment', id: 99 },
      text: 'please look',
    });
  });

  test('a comment in the conversation of a pull request is about a pull request', () => {
    const payload = { ...base, action: 'created', issue: { ...issue, pull_request: { url: 'x' } } };
    const said = read('issue_comment', { ...payload, comment: { id: 99, body: 'please look' } });
    expect(said).toMatchObject({ kind: 'said', thread: { kind: 'pull', number: 3 } });
  });

  test('an opened issue is its own trigger and its body is the words', () => {
    const said = read('issues', { ...base, action: 'opened', issue });
    expect(said).toMatchObject({ kind: 'said', trigger: { kind: 'thread' }, text: '@astraforge fix it' });
  });

  test('an opened pull request without a body says nothing, not null', () => {
    const said = read('pull_request', { ...base, action: 'opened', pull_request: pull });
    expect(said).toMatchObject({ kind: 'said', thread: { kind: 'pull', number: 4, body: '' }, text: '' });
  });

  test('a comment on a line carries the file and the hunk', () => {
    const comment = { id: 8, body: 'here', path: 'src/a.ts', diff_hunk: '@@ -1 +1 @@\n-a\n+b' };
    const said = read('pull_request_review_comment', { ...base, action: 'created', pull_request: pull, comment });
    const trigger = { kind: 'review-comment', id: 8, path: 'src/a.ts', hunk: '@@ -1 +1 @@\n-a\n+b' };
    expect(said).toMatchObject({ kind: 'said', thread: { kind: 'pull', number: 4 }, trigger, text: 'here' });
  });

  test('the summary of a review carries the review and the pull request', () => {
    const review = { id: 21, body: '@astraforge fix these', user: { id: 5 } };
    const said = read('pull_request_review', { ...base, action: 'submitted', pull_request: pull, review });
    const trigger = { kind: 'review', id: 21 };
    expect(said).toMatchObject({ kind: 'said', thread: { kind: 'pull', number: 4 }, trigger, text: review.body });
  });

  test('an opened pull request is words and, in the same event, a change to look at', () => {
    const opened = read('pull_request', { ...base, action: 'opened', pull_request: { ...pull, draft: true } });
    const thread = { kind: 'pull', number: 4, title: 'Change', body: '' };
    const offered = { kind: 'offered', repo, actor: mona, thread, sha: head.sha, draft: true, fork: false };
    expect(opened).toMatchObject({ kind: 'said', offered: { ...offered, occasion: 'opened' } });
  });

  test('what somebody else has written is not said by whoever sent it', () => {
    const user = { id: 666 };
    expect(read('issues', { ...base, action: 'opened', issue: { ...issue, user } })).toMatchObject({ kind: 'ignored' });
    const opened = read('pull_request', { ...base, action: 'opened', pull_request: { ...pull, user } });
    expect(opened).toMatchObject({ kind: 'offered', occasion: 'opened' });
  });

  test('an issue that came from another repository asks nothing a second time', () => {
    const changes = { old_issue: { number: 1 }, old_repository: {} };
    expect(read('issues', { ...base, action: 'opened', issue, changes })).toMatchObject({ kind: 'ignored' });
  });

  test('an App as sender is known to be a bot', () => {
    const sender = { id: 6, login: 'dependabot[bot]', type: 'Bot' };
    const said = read('issues', { ...base, sender, action: 'opened', issue });
    expect(said).toMatchObject({ actor: { id: 6, login: 'dependabot[bot]', bot: true } });
  });
});

describe('what is none of our business', () => {
  test.each([
    ['issues', 'edited'],
    ['issues', 'unlabeled'],
    ['pull_request', 'edited'],
    ['pull_request', 'converted_to_draft'],
    ['pull_request_review', 'dismissed'],
    ['check_run', 'created'],
    ['check_suite', 'completed'],
    ['repository', 'deleted'],
    ['installation', 'new_permissions_accepted'],
  ])('%s %s is ignored without being read any further', (event, action) => {
    expect(read(event, { action })).toEqual({
      kind: 'ignored',
      reason: `action ${action} of ${event} is not one of ours`,
    });
  });

  test('an unknown event is ignored without parsing its body', () => {
    const ignored = translate({ event: 'watch', body: Buffer.from('{ not json') });
    expect(ignored).toEqual({ kind: 'ignored', reason: 'event watch is not one of ours' });
  });

  test('the event name is an unsigned header, so no reason repeats it as it is', () => {
    const ignored = translate({ event: `watch\n${'x'.repeat(500)}`, body: Buffer.from('{}') });
    expect(ignored).toMatchObject({ kind: 'ignored', reason: expect.stringMatching(/^event watch\?x{54} is/) });
  });

  test('a delivery of a repository webhook, not of the App, is ignored', () => {
    const { installation: _, ...rest } = base;
    const ignored = read('issues', { ...rest, action: 'opened', issue });
    expect(ignored).toMatchObject({ kind: 'ignored', reason: expect.stringContaining('no installation') });
  });
});

describe('a body that is not the event it claims to be', () => {
  test('is invalid when it is not JSON', () => {
    const failure = failureOf(() => translate({ event: 'issues', body: Buffer.from('{"action"') }));
    expect(failure).toMatchObject({ code: 'invalid', message: 'reading the issues webhook: its body is not JSON' });
  });

  test('is invalid when it is not UTF-8', () => {
    const body = Buffer.concat([Buffer.from('{"action":"'), Buffer.from([0xff]), Buffer.from('"}')]);
    expect(failureOf(() => translate({ event: 'issues', body })).code).toBe('invalid');
  });

  test('is invalid when a field we read is missing, and the message names the field only', () => {
    const failure = failureOf(() => read('issues', { ...base, action: 'opened', issue: { title: 'secret title' } }));
    expect(failure.code).toBe('invalid');
    expect(failure.message).toBe('reading the issues webhook: unexpected issue.number');
  });

  test.each(['../etc', 'a/b', '..', '', 'a b', 'a\n'])('is invalid when the repository is called %j', (name) => {
    const payload = { ...base, repository: { ...repository, name }, action: 'opened', issue };
    expect(failureOf(() => read('issues', payload)).code).toBe('invalid');
  });
});

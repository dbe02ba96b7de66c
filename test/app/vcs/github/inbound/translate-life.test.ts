import { describe, expect, test } from 'vitest';
import { createTranslator } from '../../../../../app/vcs/github/inbound/translate.ts';

const APP_ID = 77;
const SHA = 'b'.repeat(40);
const translate = createTranslator({ appId: APP_ID });
const repository = { id: 11, name: 'app', owner: { login: 'octo' }, default_branch: 'main' };
const base = { installation: { id: 7 }, repository, sender: { id: 5, login: 'mona', type: 'User' } };
const issue = { number: 3, title: 'Broken', body: null, user: { id: 999 } };
const pull = { number: 4, title: 'Change', body: 'why', user: { id: 999 } };
const repo = { provider: 'github', installationId: 7, id: 11, owner: 'octo', name: 'app' };
const actor = { id: 5, login: 'mona', bot: false };

function read(event: string, payload: object) {
  return translate({ event, body: Buffer.from(JSON.stringify({ ...base, ...payload })) });
}

describe('the life of a thread', () => {
  test.each([
    ['issues', 'closed', { issue }, 'closed', { kind: 'issue', number: 3 }],
    ['issues', 'closed', { issue: { ...issue, pull_request: {} } }, 'closed', { kind: 'pull', number: 3 }],
    ['issues', 'deleted', { issue }, 'closed', { kind: 'issue', number: 3 }],
    ['issues', 'transferred', { issue, changes: { new_issue: {} } }, 'closed', { kind: 'issue', number: 3 }],
    ['issues', 'reopened', { issue }, 'reopened', { kind: 'issue', number: 3 }],
    ['pull_request', 'closed', { pull_request: pull }, 'closed', { kind: 'pull', number: 4 }],
    ['pull_request', 'closed', { pull_request: { ...pull, merged: true } }, 'merged', { kind: 'pull', number: 4 }],
    ['pull_request', 'reopened', { pull_request: pull }, 'reopened', { kind: 'pull', number: 4 }],
  ])('%s %s names the thread and who did it', (...row) => {
    const [event, action, subject, change, thread] = row;
    expect(read(event, { action, ...subject })).toEqual({ kind: 'thread', change, repo, actor, thread });
  });

  test.each([
    ['ready_for_review', 'ready'],
    ['synchronize', 'pushed'],
  ])('a pull request that is %s is offered with its head', (action, occasion) => {
    const pull_request = { ...pull, draft: false, head: { sha: SHA, repo: { id: 11 } } };
    const thread = { kind: 'pull', number: 4, title: 'Change', body: 'why' };
    const offered = { kind: 'offered', repo, actor, thread, sha: SHA, draft: false, fork: false, occasion };
    expect(read('pull_request', { action, pull_request })).toEqual(offered);
  });

  test.each([{ id: 12 }, null])('a pull request whose head is in %j is one from a fork', (from) => {
    const pull_request = { ...pull, head: { sha: SHA, repo: from } };
    expect(read('pull_request', { action: 'synchronize', pull_request })).toMatchObject({ fork: true });
  });

  test.each([
    ['issues', { issue }, { kind: 'issue', number: 3, title: 'Broken', body: '' }],
    ['pull_request', { pull_request: pull }, { kind: 'pull', number: 4, title: 'Change', body: 'why' }],
  ])('a label or an assignee on %s is told with the thread, whoever wrote it', (event, subject, thread) => {
    const label = read(event, { action: 'labeled', ...subject, label: { name: 'ai: fix' } });
    expect(label).toEqual({ kind: 'marked', repo, actor, thread, by: { kind: 'label', name: 'ai: fix' } });
    const bot = { id: 8, login: 'astraforge[bot]', type: 'Bot' };
    const account = { id: 8, login: 'astraforge[bot]', bot: true };
    const assigned = read(event, { action: 'assigned', ...subject, assignee: bot });
    expect(assigned).toEqual({ kind: 'marked', repo, actor, thread, by: { kind: 'assignee', account } });
    expect(read(event, { action: 'assigned', ...subject })).toMatchObject({ kind: 'ignored' });
  });
});

describe('words that are gone or different', () => {
  const hunk = '@@ -1 +1 @@';
  const line = { comment: { id: 8, body: '', path: 'a.ts', diff_hunk: hunk }, pull_request: pull };

  test.each([
    ['issue_comment', 'edited', { issue, comment: { id: 9, body: 'x' } }, { kind: 'comment', id: 9 }],
    ['issue_comment', 'deleted', { issue, comment: { id: 9, body: 'x' } }, { kind: 'comment', id: 9 }],
    ['pull_request_review_comment', 'edited', line, { kind: 'review-comment', id: 8, path: 'a.ts', hunk }],
    ['pull_request_review_comment', 'deleted', line, { kind: 'review-comment', id: 8, path: 'a.ts', hunk }],
    ['pull_request_review', 'edited', { review: { id: 2 }, pull_request: pull }, { kind: 'review', id: 2 }],
  ])('%s %s names what carried them, whoever did it', (...row) => {
    const [event, action, subject, trigger] = row;
    expect(read(event, { action, ...subject })).toEqual({ kind: 'unsaid', repo, actor, trigger, how: action });
  });
});

describe('buttons', () => {
  const check_run = { external_id: 'req_1', app: { id: APP_ID } };

  test.each(['approve', 'cancel', 'retry'])('%s under our check run is pressed by a person', (identifier) => {
    const event = read('check_run', { action: 'requested_action', check_run, requested_action: { identifier } });
    expect(event).toEqual({ kind: 'pressed', repo, actor, button: identifier, on: { kind: 'check', key: 'req_1' } });
  });

  test('re-running one check run, or all on a commit, is a retry', () => {
    const one = read('check_run', { action: 'rerequested', check_run });
    expect(one).toMatchObject({ kind: 'pressed', button: 'retry', on: { kind: 'check', key: 'req_1' } });
    const all = read('check_suite', { action: 'rerequested', check_suite: { head_sha: SHA, app: { id: APP_ID } } });
    expect(all).toMatchObject({ kind: 'pressed', button: 'retry', on: { kind: 'commit', sha: SHA } });
  });

  test.each([
    ['another App’s check run', { check_run: { ...check_run, app: { id: 1 } } }, 'approve'],
    ['a check run of no App', { check_run: { ...check_run, app: null } }, 'approve'],
    ['a check run without key', { check_run: { ...check_run, external_id: '' } }, 'approve'],
    ['a button we do not have', { check_run }, 'merge'],
  ])('%s is not ours', (_what, subject, identifier) => {
    const pressed = read('check_run', { action: 'requested_action', ...subject, requested_action: { identifier } });
    expect(pressed).toMatchObject({ kind: 'ignored' });
    const check_suite = { head_sha: SHA, app: { id: 1 } };
    expect(read('check_suite', { action: 'rerequested', check_suite })).toMatchObject({ kind: 'ignored' });
  });
});

describe('repositories', () => {
  const commits = [{ added: ['a', 'b'], modified: ['c'], removed: [] }, { modified: ['a', 'd'] }];
  const push = { ref: 'refs/heads/main', after: SHA, deleted: false, commits };

  test('a push names the branch, its head and each path once', () => {
    const pushed = { kind: 'pushed', repo, actor, branch: 'main', isDefault: true, sha: SHA };
    expect(read('push', push)).toEqual({ ...pushed, paths: ['a', 'b', 'c', 'd'] });
    expect(read('push', { ...push, ref: 'refs/heads/v1/next' })).toMatchObject({ branch: 'v1/next', isDefault: false });
  });

  test('a push whose owner has a name and no login is read all the same', () => {
    const owned = { ...repository, owner: { name: 'octo', email: null } };
    expect(read('push', { ...push, repository: owned })).toMatchObject({ kind: 'pushed', repo });
    const unnamed = { ...repository, owner: { name: '../octo' } };
    expect(() => read('push', { ...push, repository: unnamed })).toThrow('unexpected repository.owner.login');
  });

  test('a push of any size leaves 3,000 paths', () => {
    const added = Array.from({ length: 9_000 }, (_, index) => `file-${index}`);
    const pushed = read('push', { ...push, commits: [{ added }] });
    expect(pushed.kind === 'pushed' && pushed.paths.length).toBe(3_000);
  });

  test('a tag, and the end of a branch, are no push', () => {
    expect(read('push', { ...push, ref: 'refs/tags/v1' })).toMatchObject({ kind: 'ignored' });
    expect(read('push', { ...push, after: '0'.repeat(40), deleted: true })).toMatchObject({ kind: 'ignored' });
  });

  test('a deleted branch is named, a deleted tag is nothing', () => {
    const gone = { kind: 'branch-deleted', repo, actor, branch: 'astraforge/1' };
    expect(read('delete', { ref: 'astraforge/1', ref_type: 'branch' })).toEqual(gone);
    expect(read('delete', { ref: 'v1', ref_type: 'tag' })).toMatchObject({ kind: 'ignored' });
  });

  test.each(['renamed', 'transferred'])('a repository that was %s has its new names under its number', (action) => {
    expect(read('repository', { action, changes: {} })).toEqual({ kind: 'moved', repo });
  });
});

describe('the installation', () => {
  const { repository: _, ...without } = base;
  const bare = (event: string, payload: object) =>
    translate({ event, body: Buffer.from(JSON.stringify({ ...without, ...payload })) });
  const access = { kind: 'access', provider: 'github', installationId: 7 };

  test.each([
    ['created', 'back'],
    ['unsuspend', 'back'],
    ['suspend', 'lost'],
    ['deleted', 'lost'],
  ])('%s changes what we may see of all its repositories', (action, change) => {
    expect(bare('installation', { action })).toEqual({ ...access, repoIds: undefined, change });
  });

  test.each([
    ['added', { repositories_added: [{ id: 1 }, { id: 2 }], repositories_removed: [] }, 'back'],
    ['removed', { repositories_added: [], repositories_removed: [{ id: 1 }, { id: 2 }] }, 'lost'],
  ])('repositories that were %s are named by number', (action, lists, change) => {
    expect(bare('installation_repositories', { action, ...lists })).toEqual({ ...access, repoIds: [1, 2], change });
  });

  test('a body without what it must have is invalid', () => {
    expect(() => bare('installation_repositories', { action: 'added' })).toThrow('unexpected repositories_added');
    expect(() => bare('push', { ref: 'refs/heads/main' })).toThrow('reading the push webhook: unexpected');
  });
});

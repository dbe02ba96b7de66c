import { describe, expect, test } from 'vitest';
import { AppError } from '#core/domain/errors.ts';
import { issueHook, mona, note, project, read, repo, sha, translate } from './hook-bodies.ts';

describe('what happens to branches and projects', () => {
  const push = { object_kind: 'push', ref: 'refs/heads/main', after: sha, user_id: 5, user_username: 'mona', project };

  test('a push names branch, commit and paths', () => {
    const commits = [
      { added: ['a.txt'], modified: ['b.txt'], removed: [] },
      { added: [], modified: ['b.txt'], removed: ['c.txt'] },
    ];
    expect(read('Push Hook', { ...push, commits })).toEqual({
      kind: 'pushed',
      repo,
      actor: mona,
      branch: 'main',
      isDefault: true,
      sha,
      paths: ['a.txt', 'b.txt', 'c.txt'],
    });
    expect(read('Push Hook', { ...push, ref: 'refs/heads/feature/x' })).toMatchObject({
      branch: 'feature/x',
      isDefault: false,
    });
  });

  test('a push of nothing is a branch that was deleted', () => {
    const deleted = { ...push, ref: 'refs/heads/astraforge/1', after: '0'.repeat(40) };
    expect(read('Push Hook', deleted)).toEqual({ kind: 'branch-deleted', repo, actor: mona, branch: 'astraforge/1' });
  });

  test('a system hook tells of a new path under the same number, and of a project that is gone', () => {
    const moved = { event_name: 'project_transfer', project_id: 11, path_with_namespace: 'team/new/app' };
    expect(read('System Hook', moved)).toEqual({ kind: 'moved', repo: { ...repo, owner: 'team/new' } });
    expect(read('System Hook', { ...moved, event_name: 'project_destroy' })).toEqual({
      kind: 'access',
      provider: 'gitlab',
      installationId: 0,
      repoIds: [11],
      change: 'lost',
    });
    expect(read('System Hook', { event_name: 'user_create' })).toMatchObject({ kind: 'ignored' });
  });
});

describe('what is none of our business', () => {
  test('a project that is not on the list, wherever its hook points', () => {
    const elsewhere = { ...note({}), project: { ...project, path_with_namespace: 'other/app' } };
    expect(read('Note Hook', elsewhere)).toEqual({ kind: 'ignored', reason: 'other/app is not in GITLAB_PROJECTS' });
  });

  test('an unknown event is ignored without parsing its body, and no reason repeats its name as it is', () => {
    const body = Buffer.from('{ not json');
    expect(translate({ provider: 'gitlab', event: 'Pipeline Hook', body })).toEqual({
      kind: 'ignored',
      reason: 'event Pipeline Hook is not one of ours',
    });
    const long = translate({ provider: 'gitlab', event: `Wiki\n${'x'.repeat(500)}`, body });
    expect(long).toMatchObject({ reason: expect.stringMatching(/^event Wiki\?x{55} is/) });
  });
});

describe('a body that is not the event it claims to be', () => {
  const failureOf = (run: () => unknown): AppError => {
    try {
      run();
    } catch (error) {
      if (error instanceof AppError) return error;
    }
    throw new Error('no AppError was thrown');
  };

  test('is invalid when it is not JSON, not UTF-8, or another event', () => {
    const given = (body: Buffer) => failureOf(() => translate({ provider: 'gitlab', event: 'Note Hook', body }));
    expect(given(Buffer.from('{"a"'))).toMatchObject({
      code: 'invalid',
      message: 'reading a Note Hook: its body is not JSON',
    });
    expect(given(Buffer.from([0x22, 0xff, 0x22])).code).toBe('invalid');
    expect(failureOf(() => read('Issue Hook', note({}))).code).toBe('invalid');
  });

  test('is invalid when a field we read is missing, and the message names the field only', () => {
    const failure = failureOf(() =>
      read('Issue Hook', issueHook({ action: 'open', iid: undefined, title: 'secret title' })),
    );
    expect(failure).toMatchObject({
      code: 'invalid',
      message: 'reading a Issue Hook: unexpected object_attributes.iid',
    });
  });

  test.each(['app', '../app', 'team/..', 'team/', 'team/a b', 'team//app', `${'team/'.repeat(40)}app`])(
    'is invalid when the project is at %j',
    (path) => {
      const hook = { ...note({}), project: { ...project, path_with_namespace: path } };
      expect(failureOf(() => read('Note Hook', hook)).code).toBe('invalid');
    },
  );
});

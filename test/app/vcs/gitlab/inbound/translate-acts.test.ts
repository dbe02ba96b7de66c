import { describe, expect, test } from 'vitest';
import { base, issueHook, issueThread, mergeRequestHook, mona, pullThread, read, repo, sha } from './hook-bodies.ts';

describe('what people do', () => {
  test.each([
    ['issue', 'closed', read('Issue Hook', issueHook({ action: 'close' }))],
    ['issue', 'reopened', read('Issue Hook', issueHook({ action: 'reopen' }))],
    ['issue', 'closed', read('Confidential Issue Hook', issueHook({ action: 'close', confidential: true }))],
    ['pull', 'closed', read('Merge Request Hook', mergeRequestHook({ action: 'close' }))],
    ['pull', 'merged', read('Merge Request Hook', mergeRequestHook({ action: 'merge' }))],
    ['pull', 'reopened', read('Merge Request Hook', mergeRequestHook({ action: 'reopen' }))],
  ])('a thread of kind %s that is %s is named with who did it', (kind, change, event) => {
    expect(event).toEqual({ kind: 'thread', change, repo, actor: mona, thread: { kind, number: 3 } });
  });

  test('labels that were put on are told, all of one click, and those that were there or taken off are not', () => {
    const labels = {
      previous: [{ title: 'old' }, { title: 'gone' }],
      current: [{ title: 'old' }, { title: 'one' }, { title: 'two' }],
    };
    const mark = { kind: 'marked', repo, actor: mona, thread: issueThread };
    expect(read('Issue Hook', issueHook({ action: 'update' }, { changes: { labels } }))).toEqual({
      ...mark,
      by: { kind: 'label', name: 'one' },
      more: [{ ...mark, by: { kind: 'label', name: 'two' } }],
    });
    const taken = { labels: { previous: labels.current, current: [] } };
    expect(read('Issue Hook', issueHook({ action: 'update' }, { changes: taken }))).toMatchObject({ kind: 'ignored' });
  });

  test('an assignee who was added is told', () => {
    const assignees = { previous: [], current: [{ id: 6, username: 'kim' }] };
    expect(
      read('Merge Request Hook', mergeRequestHook({ action: 'update' }, { changes: { assignees } })),
    ).toMatchObject({
      kind: 'marked',
      thread: pullThread,
      by: { kind: 'assignee', account: { id: 6, login: 'kim' } },
    });
  });

  test('new commits and the end of a draft are changes to look at, from a fork too', () => {
    const pushed = mergeRequestHook({ action: 'update', oldrev: 'b'.repeat(40), source_project_id: 12 });
    expect(read('Merge Request Hook', pushed)).toMatchObject({ kind: 'offered', occasion: 'pushed', sha, fork: true });
    const ready = mergeRequestHook({ action: 'update' }, { changes: { draft: { previous: true, current: false } } });
    expect(read('Merge Request Hook', ready)).toMatchObject({ kind: 'offered', occasion: 'ready', fork: false });
  });

  test('of a confidential issue nothing is read that could be shown', () => {
    const opened = issueHook({ action: 'open', confidential: true });
    const marked = issueHook({ action: 'update' }, { event_type: 'confidential_issue', changes: {} });
    for (const hook of [opened, marked])
      expect(read('Confidential Issue Hook', hook)).toMatchObject({ kind: 'ignored' });
  });

  test.each(['approved', 'unapproved', 'approval', 'unapproval', undefined])(
    '%s of a merge request is about merging',
    (action) => {
      expect(read('Merge Request Hook', mergeRequestHook({ action }))).toMatchObject({ kind: 'ignored' });
    },
  );
});

describe('what people press', () => {
  const emoji = (name: string, more: object = {}) => ({
    object_kind: 'emoji',
    event_type: 'award',
    ...base,
    object_attributes: { name, awardable_type: 'Note', action: 'award' },
    note: { id: 99 },
    issue: { iid: 3 },
    ...more,
  });

  test.each([
    ['thumbsup', 'approve'],
    ['octagonal_sign', 'cancel'],
    ['x', 'cancel'],
    ['repeat', 'retry'],
    ['arrows_counterclockwise', 'retry'],
  ])('%s on a note is the button %s, on the note by the id that the ledger has', (name, button) => {
    const on = { kind: 'comment', externalId: 'issues/3/notes/99' };
    expect(read('Emoji Hook', emoji(name))).toEqual({ kind: 'pressed', repo, actor: mona, button, on });
    const pull = emoji(name, { issue: undefined, merge_request: { iid: 4 } });
    expect(read('Emoji Hook', pull)).toMatchObject({ on: { externalId: 'merge_requests/4/notes/99' } });
  });

  test.each([
    ['an emoji of another meaning', emoji('eyes')],
    [
      'one that was taken back',
      emoji('thumbsup', {
        event_type: 'revoke',
        object_attributes: { name: 'thumbsup', awardable_type: 'Note', action: 'revoke' },
      }),
    ],
    [
      'one on an issue',
      emoji('thumbsup', {
        note: undefined,
        object_attributes: { name: 'thumbsup', awardable_type: 'Issue', action: 'award' },
      }),
    ],
    ['one on a note of a commit', emoji('thumbsup', { issue: undefined })],
  ])('%s presses nothing', (_which, hook) => {
    expect(read('Emoji Hook', hook)).toMatchObject({ kind: 'ignored' });
  });
});

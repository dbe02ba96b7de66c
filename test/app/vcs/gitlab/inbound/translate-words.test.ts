import { describe, expect, test } from 'vitest';
import {
  issue,
  issueHook,
  issueThread,
  mergeRequest,
  mergeRequestHook,
  mona,
  note,
  pullThread,
  read,
  repo,
  sha,
} from './hook-bodies.ts';

describe('what people say', () => {
  test('a note on an issue carries the words, the note to react to and the issue', () => {
    expect(read('Note Hook', note({}))).toEqual({
      kind: 'said',
      repo,
      actor: mona,
      thread: issueThread,
      trigger: { kind: 'comment', id: 99 },
      text: 'please look',
    });
  });

  test('a note on a merge request is about the merge request, also without the action of newer versions', () => {
    const said = read(
      'Note Hook',
      note({ noteable_type: 'MergeRequest', action: undefined }, { merge_request: mergeRequest }),
    );
    expect(said).toMatchObject({ kind: 'said', thread: pullThread });
  });

  test('a note on a line carries the file, and the hunk where GitLab sends one', () => {
    const line = {
      noteable_type: 'MergeRequest',
      type: 'DiffNote',
      position: { new_path: 'src/a.ts', old_path: 'a.ts' },
    };
    const trigger = { kind: 'review-comment', id: 99, path: 'src/a.ts', hunk: '' };
    expect(read('Note Hook', note(line, { merge_request: mergeRequest }))).toMatchObject({
      thread: pullThread,
      trigger,
    });
    const older = note({ ...line, st_diff: { diff: '@@ -1 +1 @@' } }, { merge_request: mergeRequest });
    expect(read('Note Hook', older)).toMatchObject({ trigger: { hunk: '@@ -1 +1 @@' } });
  });

  test('an opened issue is its own trigger, with the labels and assignees it came with', () => {
    const hook = issueHook({ action: 'open' }, { labels: [{ title: 'bot' }], assignees: [{ id: 6, username: 'kim' }] });
    const mark = { kind: 'marked', repo, actor: mona, thread: issueThread };
    expect(read('Issue Hook', hook)).toEqual({
      kind: 'said',
      repo,
      actor: mona,
      thread: issueThread,
      trigger: { kind: 'thread' },
      text: '@astraforge fix it',
      marks: [
        { ...mark, by: { kind: 'label', name: 'bot' } },
        { ...mark, by: { kind: 'assignee', account: { id: 6, login: 'kim', bot: false } } },
      ],
    });
  });

  test('an opened merge request is both words and a change to look at', () => {
    const offered = { kind: 'offered', repo, actor: mona, thread: pullThread, sha, draft: false, fork: false };
    expect(read('Merge Request Hook', mergeRequestHook({ action: 'open' }))).toEqual({
      kind: 'said',
      repo,
      actor: mona,
      thread: pullThread,
      trigger: { kind: 'thread' },
      text: '',
      offered: { ...offered, occasion: 'opened' },
    });
  });

  test('words of somebody else are nobody’s command', () => {
    expect(read('Note Hook', note({ author_id: 6 }))).toMatchObject({ kind: 'ignored' });
    expect(read('Issue Hook', issueHook({ action: 'open', author_id: 6 }))).toMatchObject({ kind: 'ignored' });
    expect(read('Merge Request Hook', mergeRequestHook({ action: 'open', author_id: 6 }))).toMatchObject({
      kind: 'offered',
    });
  });

  test('a bot is known by the name that GitLab gives to bots only', () => {
    const hook = { ...note({ author_id: 7 }), user: { id: 7, username: 'project_11_bot_00ff' } };
    expect(read('Note Hook', hook)).toMatchObject({ actor: { id: 7, bot: true } });
  });

  test('a changed note is words that are different, unless a bot changed its own', () => {
    expect(read('Note Hook', note({ action: 'update' }))).toEqual({
      kind: 'unsaid',
      repo,
      actor: mona,
      trigger: { kind: 'comment', id: 99 },
      how: 'edited',
    });
    const ours = { ...note({ action: 'update', author_id: 7 }), user: { id: 7, username: 'group_1_bot_00ff' } };
    expect(read('Note Hook', ours)).toMatchObject({ kind: 'ignored' });
  });

  test.each([
    ['on a commit', note({ noteable_type: 'Commit' }, { commit: {} })],
    ['on a snippet', note({ noteable_type: 'Snippet' }, { snippet: {} })],
    ['that GitLab wrote itself', note({ system: true })],
    ['that is internal', note({ internal: true })],
    ['in confidence', { ...note({}), event_type: 'confidential_note' }],
    ['on a confidential issue', note({}, { issue: { ...issue, confidential: true } })],
  ])('a note %s is not acted on, and the reason repeats nothing of it', (_which, hook) => {
    const ignored = read('Confidential Note Hook', hook);
    expect(ignored).toMatchObject({ kind: 'ignored' });
    expect(JSON.stringify(ignored)).not.toContain('please look');
  });
});

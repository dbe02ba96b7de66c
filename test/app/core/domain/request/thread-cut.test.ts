import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cutThread, type ThreadCut } from '#core/domain/request/thread-cut.ts';
import type { ThreadComment, ThreadView } from '#core/ports/host/thread-reader.ts';

const BEFORE = '2026-01-01T09:59:59Z';
const TRIGGER = '2026-01-01T10:00:00Z';
const AFTER = '2026-01-01T10:00:01Z';
const OURS = { id: 99, login: 'astraforge[bot]', bot: true };
const CUT: ThreadCut = { triggerAt: TRIGGER, triggerCommentId: 50, ourIds: [OURS.id] };

function comment(differences: Partial<ThreadComment> = {}): ThreadComment {
  const author = { id: 3, login: 'ada', bot: false };
  return {
    id: 1,
    author,
    body: 'words',
    createdAt: BEFORE,
    editedAt: null,
    at: null,
    discussion: null,
    ...differences,
  };
}

function view(comments: readonly ThreadComment[], differences: Partial<ThreadView> = {}): ThreadView {
  return {
    kind: 'issue',
    number: 5,
    title: 'A title',
    body: 'A body',
    author: { id: 4, login: 'bob', bot: false },
    editedAt: null,
    open: true,
    comments,
    omitted: 3,
    linked: [],
    ...differences,
  };
}

function isKept(differences: Partial<ThreadComment>, cut: Partial<ThreadCut> = {}): boolean {
  return cutThread(view([comment(differences)]), { ...CUT, ...cut }).comments.length === 1;
}

describe('what of a conversation may be read', () => {
  test.each<[string, Partial<ThreadComment>, boolean]>([
    ['said before the trigger', {}, true],
    ['edited before the trigger', { editedAt: BEFORE }, true],
    ['edited after the trigger', { editedAt: AFTER }, false],
    ['edited in the second of the trigger', { editedAt: TRIGGER }, false],
    ['edited at a time nobody can read', { editedAt: 'soon' }, false],
    ['said after the trigger', { id: 51, createdAt: AFTER }, false],
    ['said at a time nobody can read', { createdAt: 'yesterday' }, false],
    ['said in the second of the trigger, before it', { id: 49, createdAt: TRIGGER }, true],
    ['said in the second of the trigger, after it', { id: 51, createdAt: TRIGGER }, false],
    ['the trigger itself', { id: 50, createdAt: TRIGGER }, true],
    ['the trigger itself, by a clock that is ahead', { id: 50, createdAt: AFTER }, true],
    ['the trigger itself, edited since', { id: 50, createdAt: TRIGGER, editedAt: AFTER }, false],
    ['our progress comment', { author: OURS }, false],
    ['our remark in a review', { author: OURS, at: { path: 'a', line: 1, hunk: '' } }, true],
    ['our answer in a discussion', { author: OURS, discussion: { id: 'd', resolved: false } }, true],
    ['submitted with the review that was the trigger', { id: 7, createdAt: TRIGGER, partOf: 50 }, true],
    ['submitted with that review, edited since', { id: 7, createdAt: TRIGGER, partOf: 50, editedAt: AFTER }, false],
    ['submitted with another review', { id: 70, createdAt: TRIGGER, partOf: 51 }, false],
    ['another bot', { author: { ...OURS, id: 98 } }, true],
  ])('a comment: %s', (_name, differences, kept) => {
    expect(isKept(differences)).toBe(kept);
  });

  test('a thread that was the trigger itself has nothing from its own second on', () => {
    expect(isKept({ createdAt: TRIGGER }, { triggerCommentId: null })).toBe(false);
    expect(isKept({ createdAt: BEFORE }, { triggerCommentId: null })).toBe(true);
  });

  test('an offset is a time like any other', () => {
    expect(isKept({ editedAt: '2026-01-01T11:00:01+01:00' })).toBe(false);
    expect(isKept({ editedAt: '2026-01-01T10:59:59+01:00' })).toBe(true);
  });

  test('a trigger whose time nobody can read leaves nothing but itself', () => {
    expect(isKept({}, { triggerAt: '' })).toBe(false);
    expect(isKept({ id: 50 }, { triggerAt: '' })).toBe(true);
  });

  test('a body that was edited after the trigger is left out, and all else of the thread stays', () => {
    expect(cutThread(view([], { editedAt: AFTER }), CUT)).toEqual(view([], { editedAt: AFTER, body: '' }));
    expect(cutThread(view([], { editedAt: BEFORE }), CUT)).toEqual(view([], { editedAt: BEFORE }));
  });

  test.each<[string, { createdAt: string; editedAt: string | null }, boolean]>([
    ['there before the trigger', { createdAt: BEFORE, editedAt: null }, true],
    ['edited before the trigger', { createdAt: BEFORE, editedAt: BEFORE }, true],
    ['edited after the trigger', { createdAt: BEFORE, editedAt: AFTER }, false],
    ['made after the trigger', { createdAt: AFTER, editedAt: null }, false],
    ['made at a time nobody can read', { createdAt: '', editedAt: null }, false],
  ])('a linked thread: %s', (_name, times, kept) => {
    const linked = [{ kind: 'issue' as const, number: 6, title: 'T', body: 'B', ...times }];
    expect(cutThread(view([], { linked }), CUT).linked).toEqual(kept ? linked : []);
  });

  test('what is kept keeps its order and is not touched, however times and numbers are mixed', () => {
    const times = fc.constantFrom(BEFORE, TRIGGER, AFTER, '');
    const edits = fc.constantFrom(null, BEFORE, TRIGGER, AFTER, '');
    const some = fc.array(fc.record({ id: fc.integer({ min: 45, max: 55 }), createdAt: times, editedAt: edits }));
    fc.assert(
      fc.property(some, (differences) => {
        const before = differences.map(comment);
        const after = cutThread(view(before), CUT).comments;
        expect(after).toEqual(before.filter((one) => after.includes(one)));
        for (const { editedAt } of after) expect([null, BEFORE]).toContain(editedAt);
      }),
    );
  });
});

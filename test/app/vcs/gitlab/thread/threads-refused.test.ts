import { expect, test } from 'vitest';
import { startScriptedApi, type ScriptedAnswer } from '../scripted-api.ts';

const ISSUE = {
  id: 70,
  title: 'T',
  description: null,
  author: null,
  state: 'opened',
  user_notes_count: 0,
  confidential: false,
};
const NOTE = {
  id: 'gid://gitlab/Note/1',
  body: 'a word',
  system: false,
  internal: false,
  createdAt: '2026-11-01T10:00:00Z',
  lastEditedAt: null,
  author: { id: 'gid://gitlab/User/5', username: 'ada', bot: false },
  systemNoteMetadata: null,
  discussion: null,
  position: null,
};
const END: Readonly<Record<string, boolean | string | null>> = {
  hasNextPage: false,
  hasPreviousPage: false,
  startCursor: null,
  endCursor: null,
};

const page = (nodes: readonly object[], more: Partial<typeof END> = {}): ScriptedAnswer => ({
  status: 200,
  body: { data: { found: { notes: { pageInfo: { ...END, ...more }, nodes } } } },
});
/** One issue, its notes as `answers` in their order, and no links. */
const issueWith = (answers: readonly ScriptedAnswer[], issue: object = ISSUE) => {
  let asked = 0;
  return startScriptedApi(({ line }) => {
    if (line.startsWith('POST /api/graphql')) return answers[(asked += 1) - 1] ?? { status: 500 };
    return { status: 200, body: line.includes('/links') ? [] : issue };
  });
};
const THREAD = { kind: 'issue', number: 3 } as const;

test('an internal note is not told, and who is gone is a ghost', async () => {
  const notes = [
    { ...NOTE, internal: true, body: 'for members' },
    { ...NOTE, id: 'gid://gitlab/Note/2', author: null },
  ];
  await using api = await issueWith([page(notes)]);
  const view = await api.host.readThread(api.repo, THREAD, 10);
  expect(view.author).toEqual({ id: 0, login: 'ghost', bot: false });
  expect(view.comments).toMatchObject([{ id: 2, author: { id: 0, login: 'ghost' } }]);
});

test('a confidential issue is denied, and nothing more of it is asked', async () => {
  await using api = await issueWith([], { ...ISSUE, confidential: true });
  await expect(api.host.readThread(api.repo, THREAD, 10)).rejects.toMatchObject({ code: 'denied' });
  expect(api.requests).toHaveLength(1);
});

test('a confidential issue that is linked is left out', async () => {
  await using api = await startScriptedApi(({ line }) => {
    if (line.startsWith('POST /api/graphql')) return page([]);
    if (!line.includes('/links')) return { status: 200, body: ISSUE };
    const linked = { ...ISSUE, iid: 9, project_id: 2, created_at: '2026-11-01T10:00:00Z', confidential: true };
    return {
      status: 200,
      body: [linked, { ...linked, iid: 10, project_id: 3, confidential: false }, { id: 'JIRA-1' }],
    };
  });
  expect((await api.host.readThread(api.repo, THREAD, 10)).linked).toEqual([]);
});

test.each(['description', 'task'])('a %s that was changed is an edit', async (action) => {
  const edit = { ...NOTE, system: true, systemNoteMetadata: { action }, createdAt: '2026-11-01T11:00:00Z' };
  await using api = await issueWith([page([edit, NOTE])]);
  expect((await api.host.readThread(api.repo, THREAD, 10)).editedAt).toBe('2026-11-01T11:00:00Z');
});

test('notes are the same where GitLab gives the newest first', async () => {
  const note = (id: number) => ({
    ...NOTE,
    id: `gid://gitlab/Note/${id}`,
    createdAt: new Date(Date.UTC(2026, 10, 1) + id * 60_000).toISOString(),
  });
  const falling = Array.from({ length: 250 }, (_, index) => note(250 - index));
  await using api = await issueWith([
    page(falling.slice(0, 100), { hasNextPage: true, endCursor: 'a' }),
    page(falling.slice(150), { hasPreviousPage: true, startCursor: 'z' }),
    page(falling.slice(100, 200), { hasNextPage: true, endCursor: 'b' }),
    page(falling.slice(200), { hasNextPage: false, endCursor: 'c' }),
  ]);
  const view = await api.host.readThread(api.repo, THREAD, 300);
  expect(view.comments.map(({ id }) => id)).toEqual(Array.from({ length: 250 }, (_, index) => index + 1));
  expect(view).toMatchObject({ omitted: 0, editedAt: null });
});

test.each<[string, ScriptedAnswer, string]>([
  ['errors instead of data', { status: 200, body: { errors: [{ message: 'no' }] } }, 'unavailable'],
  ['nothing to see', { status: 200, body: { data: { found: null } } }, 'missing'],
  ['a limit', { status: 429, headers: { 'retry-after': '7' } }, 'limited'],
  ['no access', { status: 403 }, 'denied'],
])('%s in GraphQL has its code', async (_name, answer, code) => {
  await using api = await issueWith([answer]);
  await expect(api.host.readThread(api.repo, THREAD, 10)).rejects.toMatchObject({ code });
});

test('a project that is not on the list is not read', async () => {
  await using api = await issueWith([]);
  const repo = { ...api.repo, name: 'other' };
  await expect(api.host.readThread(repo, THREAD, 10)).rejects.toMatchObject({ code: 'denied' });
  expect(api.requests).toEqual([]);
});

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Pressed, Said, ThreadMoved } from '#core/domain/host/inbound.ts';
import { AppError } from '#core/domain/errors.ts';
import { isConfirmed } from '#core/usecases/command/is-confirmed.ts';
import { actorOf, startGitLabWorld, threadOf, type GitLabWorld } from '../gitlab-world.ts';

let world: GitLabWorld;
let said: Said;
let pressed: Pressed;
let closed: ThreadMoved;

beforeAll(async () => {
  world = await startGitLabWorld();
  const { gitlab, repository, repo } = world;
  const mona = { by: 'mona', repository };
  const { issue } = await gitlab.openIssue({ ...mona, title: 'Bug', body: 'It breaks' });
  const { number } = issue;
  const { comment } = await gitlab.comment({ ...mona, number, kind: 'issue', body: '@astraforge fix it' });
  await gitlab.react({ ...mona, commentId: comment.id, content: 'thumbsup' });
  const { issue: done } = await gitlab.openIssue({ ...mona, title: 'Done' });
  await gitlab.closeIssue({ ...mona, number: done.number });
  const who = { repo, actor: actorOf(comment.author) };
  const externalId = `issues/${number}/notes/${comment.id}`;
  const trigger = { kind: 'comment', id: comment.id } as const;
  said = { kind: 'said', ...who, thread: threadOf(issue), trigger, text: comment.body };
  pressed = { kind: 'pressed', ...who, button: 'approve', on: { kind: 'comment', externalId } };
  closed = { kind: 'thread', change: 'closed', ...who, thread: { kind: 'issue', number: done.number } };
});
afterAll(() => world[Symbol.asyncDispose]());

const SOMEBODY = { id: 999_999, login: 'root', bot: false };

describe('what a hook says is so only when GitLab tells the same', () => {
  test('words, an emoji and a closing that happened', async () => {
    for (const event of [said, pressed, closed]) expect(await world.host.confirm?.(event)).toBe(true);
    expect(await world.host.confirm?.({ ...said, trigger: { kind: 'thread' }, text: 'It breaks' })).toBe(true);
  });

  test.each<[string, () => Parameters<typeof isConfirmed>[1]]>([
    ['words by somebody else', () => ({ ...said, actor: SOMEBODY })],
    ['other words', () => ({ ...said, text: '@astraforge approve' })],
    ['another description around them', () => ({ ...said, thread: { ...said.thread, body: 'Obey' } })],
    ['a note that is not there', () => ({ ...said, trigger: { kind: 'comment', id: 999_999 } })],
    ['a thread that is not there', () => ({ ...said, thread: { ...said.thread, number: 77 } })],
    ['an emoji of somebody else', () => ({ ...pressed, actor: SOMEBODY })],
    ['another emoji', () => ({ ...pressed, button: 'cancel' })],
    ['a closing of what is open', () => ({ ...closed, thread: said.thread })],
    ['a label that is not on', () => ({ ...said, kind: 'marked', by: { kind: 'label', name: 'bot' } })],
  ])('not %s', async (_, event) => {
    expect(await isConfirmed({ host: world.host }, event())).toBe(false);
  });
});

test('a host that cannot answer now is asked again later, and one that refuses to has said no', async () => {
  const failing = (code: 'unavailable' | 'denied') => ({
    confirm: () => Promise.reject(new AppError(code, 'reading a note failed')),
  });
  await expect(isConfirmed({ host: failing('unavailable') }, said)).rejects.toMatchObject({ code: 'unavailable' });
  expect(await isConfirmed({ host: failing('denied') }, said)).toBe(false);
});

test('a host whose deliveries can say nothing else is not asked', async () => {
  expect(await isConfirmed({ host: {} }, said)).toBe(true);
});

import { randomUUID } from 'node:crypto';
import { postHook } from '../fakes/git-host/hook-post.ts';
import { hookHeaders } from '../fakes/gitlab/hook-headers.ts';
import type { NoteableRecord, NoteRecord } from '../fakes/gitlab/records.ts';
import { openGitLabFlow, type GitLabFlow } from './gitlab-world.ts';
import { until } from './world.ts';

/** A flow with `ada` and `mona` as maintainers, `dev` as a developer and `rita` as a reporter. */
export async function openPeopledFlow(options: Parameters<typeof openGitLabFlow>[0]): Promise<GitLabFlow> {
  const flow = await openGitLabFlow(options);
  const people = { ada: 40, mona: 40, dev: 30, rita: 20 } as const;
  for (const [login, level] of Object.entries(people)) flow.gitlab.setPermission(flow.repository, login, level);
  return flow;
}

/** An issue or a merge request. */
export type Place = Pick<NoteableRecord, 'kind' | 'number'>;

/** Somebody writes a note. @throws Error when the hook is not answered with 202. */
export async function say({ gitlab, repository }: GitLabFlow, place: Place, act: { by: string; body: string }) {
  const { comment, delivery } = await gitlab.comment({ repository, ...place, ...act });
  if (delivery.status !== 202) throw new Error(`the hook was answered ${delivery.status}`);
  return comment;
}

/** Somebody opens an issue and asks in it. */
export async function askOnIssue(flow: GitLabFlow, body: string, by = 'ada') {
  const { issue } = await flow.gitlab.openIssue({
    repository: flow.repository,
    by,
    title: 'Durations of 59.6 s are wrong',
  });
  const note = await say(flow, issue, { by, body });
  return { issue, note };
}

/** Our own notes there, oldest first; the progress note is among them. */
export function ourNotes({ gitlab, repository }: GitLabFlow, { number, kind }: Place): readonly NoteRecord[] {
  return gitlab.comments(repository, number, kind).filter((note) => note.author.id === gitlab.bot.id);
}

/** The newest progress note there once it reads so. */
export function progressNote(flow: GitLabFlow, place: Place, reads: RegExp): Promise<NoteRecord> {
  return until(`the progress note of ${place.kind} ${place.number} to read ${String(reads)}`, () => {
    const note = ourNotes(flow, place).findLast(({ body }) => body.includes('astraforge:comment:'));
    return note !== undefined && reads.test(note.body) && note;
  });
}

/** Waits until nothing is under way there any more, by the newest progress note. */
export function settledNote(flow: GitLabFlow, place: Place): Promise<NoteRecord> {
  return progressNote(flow, place, /^(?!.*to cancel)/s);
}

/**
 * Sends any body under the right token and signature, as whoever edits a hook's template can have GitLab do; gives its id.
 * @throws Error when it is not answered with 202.
 */
export async function sendHook({ gitlab, repository }: GitLabFlow, event: string, body: object): Promise<string> {
  const url = gitlab.webhookTarget ?? '';
  const { webhookSecret: token, signingSecret } = gitlab;
  const hook = gitlab.addHook({
    repository,
    url,
    token,
    triggers: [],
    ...(signingSecret === undefined ? {} : { signingSecret }),
  });
  const text = JSON.stringify(body);
  const guid = randomUUID();
  const call = { event, body: text, idempotencyKey: guid, instanceUrl: gitlab.url, atMs: Date.now() };
  const { status } = await postHook(
    { url, body: text, headers: hookHeaders(hook, call) },
    new AbortController().signal,
  );
  if (status !== 202) throw new Error(`the hook was answered ${status}`);
  return guid;
}

import { replyBody } from '../../domain/request/comment.ts';
import { effectMarker } from '../../domain/host/effect.ts';
import type { Thread } from '../../domain/host/inbound.ts';
import type { Actor, RepoRef } from '../../domain/host/repo.ts';
import type { Runtime } from '../../ports/runtime.ts';
import type { Effects } from '../../ports/store.ts';
import type { Commenter } from '../../ports/host/vcs.ts';
import { applyEffect } from '../report/apply-effect.ts';
import { uuidOf } from '../intake/derive-id.ts';

/** What answering needs. */
export interface AnswerDeps {
  readonly store: { readonly effects: Effects };
  readonly host: Commenter;
  readonly runtime: Runtime;
}

/**
 * Answers in a thread without starting a run, once per `topic` and thread: a person who is refused again and again is
 * told once. `since` bounds the search for our own answer (ISO time).
 * @throws AppError as {@link applyEffect}.
 */
export async function answer(
  deps: AnswerDeps,
  { repo, thread }: { repo: RepoRef; thread: Pick<Thread, 'kind' | 'number'> },
  reply: { topic: string; text: string; since: string },
): Promise<void> {
  const subjectId = replyKey(deps.runtime, { repo, thread }, reply.topic);
  const marker = effectMarker(subjectId, 'reply');
  await applyEffect(
    deps.store,
    { subjectId, kind: 'reply' },
    {
      find: () => deps.host.findComment(repo, thread, { marker, since: reply.since }),
      create: () => deps.host.createComment(repo, thread, replyBody(subjectId, reply.text)),
    },
  );
}

/** Under which the one answer to a topic in a thread is in the ledger. */
export function replyKey(
  runtime: Pick<Runtime, 'sha256'>,
  { repo, thread }: { repo: RepoRef; thread: Pick<Thread, 'kind' | 'number'> },
  topic: string,
): string {
  return uuidOf(runtime, `${repo.provider}/${repo.id}/${thread.kind}/${thread.number}/${topic}`);
}

/** The topic of being refused for want of a role. */
export function refusalTopic({ id }: Pick<Actor, 'id'>): string {
  return `refusal:${id}`;
}

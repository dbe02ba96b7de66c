import { projectComment } from '../../domain/request/comment.ts';
import { effectMarker } from '../../domain/host/effect.ts';
import { traitsOf } from '../../domain/host/host-traits.ts';
import type { Run } from '../../domain/run/run.ts';
import { runPage } from '../../domain/run/run-page.ts';
import type { Redactor } from '../../domain/text/secrets.ts';
import { conversationOf, type WorkRequest } from '../../domain/request/work-request.ts';
import type { Conversations } from '../../ports/conversations.ts';
import type { Runtime } from '../../ports/runtime.ts';
import type { Effects, Runs } from '../../ports/store.ts';
import type { Commenter } from '../../ports/host/vcs.ts';
import { applyEffect } from './apply-effect.ts';
import { readLogExcerpt, type ReadLogExcerptDeps } from '../run/read-log-excerpt.ts';
import { viewGate } from './show-check.ts';

/** What showing the comment needs. */
export interface ShowCommentDeps extends ReadLogExcerptDeps {
  readonly store: ReadLogExcerptDeps['store'] & {
    readonly runs: Pick<Runs, 'readResult'>;
    readonly effects: Effects;
    readonly conversations: Pick<Conversations, 'ahead' | 'changeOf'>;
  };
  readonly host: Commenter;
  readonly runtime: Runtime;
  readonly redactor: Redactor;
  readonly words: { readonly mention: string };
  /** Where people reach the dashboard, without a slash at its end. */
  readonly publicUrl: string | undefined;
}

/**
 * Shows a request in its one progress comment, which is made once and then edited. One of the API has it in its change, and
 * none before there is one.
 */
export async function showComment(
  deps: ShowCommentDeps,
  request: WorkRequest,
  { run, checkUrl }: { run: Run; checkUrl: string | undefined },
): Promise<void> {
  const { repo } = request;
  const change = request.thread === null ? await deps.store.conversations.changeOf(request.id) : undefined;
  const thread = conversationOf(request, change ?? null);
  if (thread === undefined) return;
  const ahead = run.status === 'queued' ? await deps.store.conversations.ahead(run.id) : 0;
  const { mention } = deps.words;
  const now = deps.runtime.now();
  const view = projectComment(request, run, {
    checkUrl,
    now,
    ahead,
    mention,
    pageUrl: runPage(deps.publicUrl, run.id),
    ...(await insteadOfCheck(deps, request, run)),
  });
  const body = deps.redactor.redact(view);
  const marker = effectMarker(request.id, 'comment');
  let fresh = false;
  const placed = await applyEffect(
    deps.store,
    { subjectId: request.id, kind: 'comment' },
    {
      find: () => deps.host.findComment(repo, thread, { marker, since: request.createdAt }),
      create: () => {
        fresh = true;
        return deps.host.createComment(repo, thread, body);
      },
    },
  );
  if (!fresh) await deps.host.updateComment(repo, placed.externalId, body);
}

/** What a check would show, where the host's has no room for it. */
async function insteadOfCheck(deps: ShowCommentDeps, { repo }: WorkRequest, run: Run) {
  if (!traitsOf(repo.provider).logInComment) return {};
  const log = await readLogExcerpt(deps, run);
  const waits = run.status === 'awaiting_approval' && run.awaiting?.subject === 'publish';
  return waits ? { log, diff: (await viewGate(deps, run)).text } : { log };
}

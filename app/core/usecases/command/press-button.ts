import type { Command } from '../../domain/command/command.ts';
import { idOfKey } from '../../domain/change/gate-check.ts';
import type { Pressed } from '../../domain/host/inbound.ts';
import type { RepoRef } from '../../domain/host/repo.ts';
import { conversationOf } from '../../domain/request/work-request.ts';
import { mayCommand } from '../../domain/rules/role.ts';
import type { Conversations, Standing } from '../../ports/conversations.ts';
import type { Logger } from '../../ports/runtime.ts';
import type { Authoriser, Confirmer, Identity } from '../../ports/host/vcs.ts';
import { answer, refusalTopic, type AnswerDeps } from './answer.ts';
import { cancelAll, type CancelThreadDeps } from './cancel-thread.ts';
import { decideAbout, type DecideApprovalDeps } from './decide-approval.ts';
import type { Arrived, Obeyed } from './commander.ts';
import { isConfirmed, NOT_CONFIRMED } from './is-confirmed.ts';
import { isProgram } from '../intake/our-accounts.ts';
import { noneUnlessPassing } from '../config/read-terms.ts';
import { retry, type RetryRunDeps } from './retry-run.ts';

/** What pressing needs. */
export type PressButtonDeps = AnswerDeps &
  CancelThreadDeps &
  DecideApprovalDeps &
  RetryRunDeps & { readonly host: Authoriser & Identity & Partial<Confirmer>; readonly logger: Logger };

/** A button does what its command does, for people who may give that command; the person's role is asked live. */
export async function pressButton(deps: PressButtonDeps, pressed: Pressed, arrived: Arrived): Promise<string> {
  const { repo, actor, button, on } = pressed;
  if (await isProgram(deps.host, repo, actor)) return 'ignored: pressed by a bot';
  const { conversations } = deps.store;
  const standing = await conversations.findByKey(placeOf(on, repo));
  const isHere = standing?.request.repo.id === repo.id && standing.request.repo.provider === repo.provider;
  if (standing === undefined || !isHere) return 'ignored: not one of ours';
  if (await conversations.seen(arrived.deliveryId)) return 'repeated';
  if (!(await isConfirmed(deps, pressed))) return NOT_CONFIRMED;
  const role = await deps.host.roleOf(repo, actor).catch(noneUnlessPassing);
  const thread = conversationOf(standing.request, standing.run.change);
  const verb: Extract<Command['verb'], Pressed['button']> = button;
  if (!mayCommand(role, { verb })) {
    const text = `@${actor.login} may not ${button} this: it takes \`write\` access.`;
    if (thread !== undefined)
      await answer(deps, { repo, thread }, { topic: refusalTopic(actor), text, since: arrived.receivedAt });
    return `refused: role ${role}`;
  }
  const { outcome, text, topic } = await press(deps, { ...pressed, ...arrived }, standing);
  // Nobody can be answered where a request of the API has no conversation yet; the check shows how it stands.
  if (text !== undefined && thread !== undefined)
    await answer(
      deps,
      { repo, thread },
      { topic: topic ?? `press:${arrived.deliveryId}`, text, since: arrived.receivedAt },
    );
  return outcome;
}

/** Of all check runs on a commit the newest of ours is meant. */
function placeOf(on: Pressed['on'], { provider, id }: RepoRef): Parameters<Conversations['findByKey']>[0] {
  switch (on.kind) {
    case 'check':
      return { key: idOfKey(on.key) };
    case 'comment':
      return { provider, commentId: on.externalId };
    case 'commit':
      return { provider, repoId: id, sha: on.sha };
  }
}

async function press(deps: PressButtonDeps, by: Pressed & Arrived, standing: Standing): Promise<Obeyed> {
  switch (by.button) {
    case 'approve':
      return decideAbout(deps, by, { standing, decision: 'approve', reason: '' });
    case 'cancel':
      if (standing.run.status === 'awaiting_approval')
        return decideAbout(deps, by, { standing, decision: 'reject', reason: '' });
      return {
        outcome: `cancelled ${await cancelAll(deps, { requestId: standing.request.id }, `Cancelled by @${by.actor.login}.`)}`,
      };
    case 'retry':
      return retry(deps, by, { standing });
  }
}

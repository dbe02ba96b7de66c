import { ApiCall, type ApiCallOf } from '../../contracts/api-call.ts';
import { AppError } from '../../domain/errors.ts';
import { DONE, outcomeText, refused, type CallOutcome } from '../../domain/rules/call-outcome.ts';
import type { Standing } from '../../ports/conversations.ts';
import { linkRepository, type LinkRepositoryDeps } from '../access/link-repository.ts';
import type { Arrived, Obeyed } from '../command/commander.ts';
import { decideAbout, type DecideApprovalDeps } from '../command/decide-approval.ts';
import { retry, type RetryRunDeps } from '../command/retry-run.ts';
import { beginByCall, optionsIn, picturesIn, type BeginByCallDeps } from './begin-by-call.ts';
import { overQuota, quotaKeyOf } from './over-quota.ts';

/** What obeying calls needs. */
export type ObeyCallDeps = BeginByCallDeps & LinkRepositoryDeps & DecideApprovalDeps & RetryRunDeps;

/**
 * Does what a client of the API called for, and gives what became of it for the record of its delivery. Doing it twice changes
 * nothing.
 * @throws AppError as the use cases; `invalid` for a body that is no call.
 */
export async function obeyCall(deps: ObeyCallDeps, arrived: Arrived & { readonly body: Uint8Array }): Promise<string> {
  const call = readCall(arrived.body);
  if (await deps.store.conversations.seen(arrived.deliveryId)) return outcomeText(DONE);
  const outcome = await obey(deps, call, arrived);
  // Refused since another handler of this very delivery was faster.
  const isDone = outcome !== DONE && (await deps.store.conversations.seen(arrived.deliveryId));
  return outcomeText(isDone ? DONE : outcome);
}

function readCall(body: Uint8Array): ApiCall {
  try {
    return ApiCall.parse(JSON.parse(new TextDecoder().decode(body)));
  } catch (cause) {
    throw new AppError('invalid', 'A recorded call cannot be read', { cause });
  }
}

async function obey(deps: ObeyCallDeps, call: ApiCall, arrived: Arrived): Promise<CallOutcome> {
  if (call.kind === 'link') return linkRepository(deps, call);
  if (call.kind === 'request') return beginByCall(deps, call);
  const standing = await deps.store.runs.readRequest(call.request_id);
  if (standing === undefined) return refused('There is no such request.');
  switch (call.kind) {
    case 'follow-up':
      return say(deps, call, standing);
    case 'execute': {
      const by = { ...arrived, actor: call.by };
      return outcomeOf(await retry(deps, by, { standing, options: optionsIn(call.options) }));
    }
    case 'approve': {
      const by = { repo: standing.request.repo, actor: call.by, deliveryId: arrived.deliveryId };
      return outcomeOf(await decideAbout(deps, by, { standing, decision: 'approve', reason: '' }));
    }
  }
}

/** What a command has to say to whoever gave it says that it was not done. */
function outcomeOf({ text }: Obeyed): CallOutcome {
  return text === undefined ? DONE : refused(text);
}

/** Whoever reads a request is given its pictures in one answer. */
const ATTACHED_BYTES_MAX = 20 * 1_024 * 1_024;

/** Adds words to a request, as a comment in its thread does. */
async function say(deps: ObeyCallDeps, call: ApiCallOf<'follow-up'>, { request, run }: Standing): Promise<CallOutcome> {
  if (request.ended !== null) return refused('That request is over. Make another one.');
  if (run.task.kind === 'review') return refused('A review is no conversation.');
  const over = await overQuota(deps, quotaKeyOf(request, run.change), { actor: call.by });
  if (over !== undefined) return refused(over);
  const requestId = request.id;
  const pictures = picturesIn(call);
  const bytes = pictures.reduce((sum, one) => sum + one.bytes.length, await deps.store.attachments.sizeOf(requestId));
  if (pictures.length > 0 && bytes > ATTACHED_BYTES_MAX)
    return refused('The pictures of this request would be larger than 20 MiB in all.', 'attachments');
  await deps.store.attachments.keep({ id: call.id, tenantId: call.tenant_id }, pictures);
  await deps.store.conversations.say(
    call.id,
    {
      id: call.id,
      requestId,
      actor: call.by,
      thread: null,
      trigger: null,
      text: call.message,
      fix: false,
      createdAt: deps.runtime.now(),
    },
    [
      { name: 'continue-request', payload: { requestId } },
      { name: 'report-progress', payload: { requestId } },
    ],
  );
  return DONE;
}

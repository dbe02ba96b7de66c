import type { ApiCall, ApiCallOf } from '../../contracts/api-call.ts';
import { fullName } from '../../domain/host/repo.ts';
import { DONE, refused, type CallOutcome } from '../../domain/rules/call-outcome.ts';
import type { RunOptions } from '../../domain/run/run-task.ts';
import type { Redactor } from '../../domain/text/secrets.ts';
import type { Attachment, Attachments } from '../../ports/access/attachments.ts';
import type { RepositoryLinks } from '../../ports/access/tenants.ts';
import type { Runtime } from '../../ports/runtime.ts';
import type { Runs } from '../../ports/store.ts';
import type { BaseReader, RepositoryFinder } from '../../ports/host/vcs.ts';
import { groundOf } from '../access/link-repository.ts';
import { overQuota, type QuotaDeps } from './over-quota.ts';
import { submitRequest } from './submit-request.ts';

/** What beginning needs. */
export interface BeginByCallDeps extends QuotaDeps {
  readonly store: QuotaDeps['store'] & {
    readonly runs: Runs;
    readonly links: Pick<RepositoryLinks, 'find'>;
    readonly attachments: Pick<Attachments, 'keep' | 'sizeOf'>;
  };
  readonly host: BaseReader & RepositoryFinder;
  readonly runtime: Runtime;
  readonly redactor: Redactor;
}

/**
 * Begins a request that was made through the API, where the caller's tenant has the repository and the host says that we can
 * still work in it. `atLeast`: what must be approved where the link asks for nothing.
 * @throws AppError retryable when the host or the database is away.
 */
export async function beginByCall(
  deps: BeginByCallDeps,
  call: ApiCallOf<'request'>,
  atLeast: 'none' | 'plan' = 'none',
): Promise<CallOutcome> {
  const link = await deps.store.links.find(call.tenant_id, call.link_id);
  if (link === undefined) return refused('There is no such repository link.', 'project_id');
  const { provider, id: repoId } = link.repo;
  const over = await overQuota(deps, { provider, repoId }, { actor: call.by });
  if (over !== undefined) return refused(over, 'tenant_id');
  const ground = await groundOf(deps, provider, fullName(link.repo));
  if ('refusal' in ground) return refused(ground.refusal, 'project_id');
  if (ground.repo.id !== repoId)
    return refused(`${fullName(link.repo)} is another repository by now; link it again.`, 'project_id');
  if ((await deps.store.runs.readRequest(call.request_id)) !== undefined) return refused(TAKEN, 'id');
  await deps.store.attachments.keep({ id: call.request_id, tenantId: call.tenant_id }, picturesIn(call));
  const outcome = await submitRequest(
    deps,
    {
      repo: ground.repo,
      actor: call.by,
      thread: null,
      trigger: null,
      call: { linkId: link.id, source: call.source, sender: call.sender },
    },
    {
      id: call.request_id,
      deliveryId: call.id,
      prompt: call.prompt,
      base: ground.base,
      task: {
        ...{ kind: 'change', options: optionsIn(call.options), base: null, resumes: null },
        approval: link.approval === 'none' ? atLeast : link.approval,
      },
    },
  );
  return outcome === 'submitted' ? DONE : refused(TAKEN, 'id');
}

const TAKEN = 'There is a request of this id already.';

/** What a call says about how the work is to be done. */
export function optionsIn(options: ApiCallOf<'request'>['options']): RunOptions {
  const { llm_model: model, reasoning_effort: reasoningEffort } = options;
  return {
    ...(model === undefined ? {} : { model }),
    ...(reasoningEffort === undefined ? {} : { reasoningEffort }),
  };
}

/** The pictures that came with a call. */
export function picturesIn({ pictures }: Extract<ApiCall, { pictures: unknown }>): Attachment[] {
  return pictures.map(({ name, content_type: contentType, base64 }) => ({
    name,
    contentType,
    bytes: Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0)),
  }));
}

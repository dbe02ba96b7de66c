import { AppError } from '../../domain/errors.ts';
import { requestTrailer } from '../../domain/run/proposal.ts';
import { revertConflict, revertWords } from '../../domain/run/revert-text.ts';
import type { RunLimits } from '../../domain/run/run-limits.ts';
import type { Redactor } from '../../domain/text/secrets.ts';
import type { Repositories, RevertOutcome } from '../../ports/host/repository.ts';
import type { Cloner } from '../../ports/host/vcs.ts';
import { failed, unchanged, type Ending } from '../run/end-run.ts';
import type { HeldRun } from '../run/hold-run.ts';
import { unlessStopped, type ClosingDeps } from '../run/unless-stopped.ts';

/** What taking back needs. */
export type RevertChangeDeps = ClosingDeps & {
  readonly host: Cloner;
  readonly repositories: Pick<Repositories, 'revert'>;
  readonly redactor: Redactor;
  readonly agent: Pick<RunLimits, 'patchBytesMax'>;
};

/**
 * Puts on record the patch that takes a merged change back, to be published like any other; no workspace and no agent has a
 * part in it. Or how the run ended: nothing was left to take back, or others have changed the same places since.
 * @throws AppError as the ports, `missing` when the commit is gone from the host; `conflict` when the run had to stop.
 */
export async function revertChange(
  deps: RevertChangeDeps,
  held: HeldRun,
): Promise<{ readonly patch: Uint8Array } | Ending> {
  const { reverts } = held.run.task;
  if (reverts === undefined) throw new AppError('internal', 'It is not on record what is to be taken back');
  const taken = { reverts, provider: held.request.repo.provider, base: held.base.ref };
  const trailer = requestTrailer(reverts.requestId);
  const input = { base: held.base, commit: reverts.sha, trailer };
  const outcome = await unlessStopped(held, deps, inMirror(deps, held, input));
  if (outcome.kind === 'conflict')
    return failed({ code: 'conflict', message: deps.redactor.redact(revertConflict(taken, outcome.paths)) });
  const { patch, left } = outcome;
  const { patchBytesMax } = deps.agent;
  if (patch.byteLength > patchBytesMax) {
    const message = `What takes the change back has ${patch.byteLength} bytes, and ${patchBytesMax} are allowed here (\`limits.patch_bytes\`, CHANGE_PATCH_BYTES_MAX).`;
    return failed({ code: 'policy', message });
  }
  const isNothing = patch.byteLength === 0;
  const finalMessage = deps.redactor.redact(revertWords(taken, { left, isNothing }));
  const message = isNothing ? 'Nothing is left to take back' : `Took back commit ${reverts.sha}`;
  await held.step(
    { run: { finalMessage }, result: { patch, session: null } },
    { type: 'status', stage: 'diff', message },
  );
  return isNothing ? unchanged() : { patch };
}

/** With a token for reading, which is revoked afterwards. */
async function inMirror(
  { host, repositories, logger }: RevertChangeDeps,
  held: HeldRun,
  input: Parameters<Repositories['revert']>[1],
): Promise<RevertOutcome> {
  const { repo } = held.request;
  const access = await host.gitAccess(repo, 'read');
  try {
    return await repositories.revert(repo, input, access);
  } finally {
    void host.revoke(access).catch((err: unknown) => logger.warn({ err }, 'a read token was not revoked'));
  }
}

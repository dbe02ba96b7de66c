import { toAppError } from '../../domain/errors.ts';
import { withProof } from '../../domain/run/proof-section.ts';
import type { Run } from '../../domain/run/run.ts';
import type { Redactor } from '../../domain/text/secrets.ts';
import type { ChangeProposer } from '../../ports/host/vcs.ts';
import type { HeldRun } from '../run/hold-run.ts';

/** What telling needs. */
export interface TellProofDeps {
  readonly host: Pick<ChangeProposer, 'reviseChange'>;
  readonly redactor: Redactor;
}

/**
 * Tells in a pull request that an earlier run opened what this one found, and takes it out of draft once it is proven, if it
 * was a draft for want of that alone. Failing is a line in the log: the change is there, and the check tells the same.
 */
export async function tellProof(
  deps: TellProofDeps,
  held: HeldRun,
  { run, number }: { run: Pick<Run, 'proof' | 'task'>; number: number },
): Promise<void> {
  const { proof, task } = run;
  if (proof === null || task.base === null) return;
  const isReady = proof.verdict === 'proven' && task.options.draft !== true;
  const revised = deps.host.reviseChange(held.request.repo, number, (now) => {
    const { body, wasDraft } = withProof(now.body, proof);
    return { body: deps.redactor.redact(body), draft: now.draft && !(wasDraft && isReady) };
  });
  await revised.catch((thrown: unknown) => {
    const { message } = toAppError(thrown, 'Telling what was proven');
    held.note({ type: 'log', stage: 'mr', message: `The change does not tell what was proven: ${message}` });
  });
}

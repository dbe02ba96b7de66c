import type { RepositoryConfig } from '../../contracts/repository-config.ts';
import { AppError } from '../../domain/errors.ts';
import type { RunLimits } from '../../domain/run/run-limits.ts';
import { planProof, type ProofPlan } from '../../domain/run/proof-plan.ts';
import { judgeProof, type Proof, type ProofEnd, type ProofRow, type ProofRuns } from '../../domain/run/proof.ts';
import type { Redactor } from '../../domain/text/secrets.ts';
import { cutBytes } from '../../domain/text/text-limit.ts';
import type { RunTerms } from '../config/read-terms.ts';
import { inFreshRoom, type Checkout, type FreshRoomDeps } from './fresh-room.ts';
import type { HeldRun } from './hold-run.ts';
import { removeLeftOvers } from './lost-rooms.ts';
import { PROOF_STAGE, runProof } from './run-proof.ts';
import { unlessStopped } from './unless-stopped.ts';

/** What proving needs. */
export type ProveChangeDeps = FreshRoomDeps & {
  readonly redactor: Redactor;
  readonly agent: Pick<RunLimits, 'timeoutMs' | 'patchBytesMax'>;
};

const TESTS_NAMED_MAX = 50;
const COMMAND_BYTES_MAX = 2_000;

/** The change to prove: what it starts from, and all of it. */
interface Subject {
  readonly base: HeldRun['base'];
  readonly patch: Uint8Array;
}

/**
 * Finds out whether a change on record does what it is for, where the repository wants to know: its tests fail without it
 * and pass with it, and the suite passes if it did before. What is found is put on record, so that whoever takes the run over
 * does not do it again; under another version of the configuration it is done anew.
 * @throws AppError when trying again may help; `conflict` when the run had to stop.
 */
export async function proveChange(
  deps: ProveChangeDeps,
  held: HeldRun,
  { patch, terms }: { patch: Uint8Array; terms: Pick<RunTerms, 'config' | 'policyVersion'> },
): Promise<void> {
  const { config, policyVersion } = terms;
  const { mode } = config.proof;
  const known = held.run.proof;
  if (mode === 'off') return known === null ? undefined : held.step({ run: { proof: null } });
  if (known?.policyVersion === policyVersion) return;
  if (held.claim.epoch > 1) await unlessStopped(held, deps, removeLeftOvers(deps, held));
  const subject = await subjectOf(deps, held, { patch, config });
  const plan = planProof(config.proof, subject.patch);
  const found =
    plan.kind === 'nothing'
      ? { verdict: 'unproven' as const, reasons: [plan.reason], rows: [] }
      : judgeProof(await runsOf(deps, held, { config, subject, patch, plan }));
  const tests = plan.kind === 'nothing' ? [] : plan.tests.slice(0, TESTS_NAMED_MAX);
  const proof = redacted(deps, { mode, ...found, tests, policyVersion });
  const message =
    proof.verdict === 'proven' ? 'The change is proven' : `The change is not proven: ${proof.reasons.join(' ')}`;
  await held.step({ run: { proof } }, { type: 'status', stage: PROOF_STAGE, message });
}

/** A further run goes on from a change: what has to be proven is all of it, not what was done last. */
async function subjectOf(
  deps: ProveChangeDeps,
  held: HeldRun,
  { patch, config }: { patch: Uint8Array; config: RepositoryConfig },
): Promise<Subject> {
  const own = { base: held.base, patch };
  if (held.run.task.base === null) return own;
  const { base } = held.request;
  const collect = inFreshRoom(deps, held, {
    config,
    checkout: own,
    bare: true,
    work: (workspace) => unlessStopped(held, deps, workspace.collectPatch(base.sha, 2 * deps.agent.patchBytesMax)),
  });
  const whole = await collect.catch((thrown: unknown) => {
    if (!(thrown instanceof AppError) || thrown.retryable || held.stopReason !== undefined) throw thrown;
    held.note({ type: 'log', stage: PROOF_STAGE, message: `Only what was done last is proven: ${thrown.message}` });
    return undefined;
  });
  return whole === undefined ? own : { base, patch: whole };
}

async function runsOf(
  deps: ProveChangeDeps,
  held: HeldRun,
  given: {
    config: RepositoryConfig;
    subject: Subject;
    patch: Uint8Array;
    plan: Extract<ProofPlan, { kind: 'plan' }>;
  },
): Promise<ProofRuns> {
  const { config, subject, plan } = given;
  const { changed, suite, bySuite } = plan;
  const time = { leftMs: deps.agent.timeoutMs };
  const ends = (where: string, checkout: Checkout, commands: readonly string[]): Promise<readonly ProofEnd[]> =>
    runProof(deps, held, { config, checkout, where, commands, time });
  const [red] = await ends('the base with the changed tests', { ...subject, patch: plan.testPatch }, [changed]);
  const [before] = suite === null ? [] : await ends('the base', { ...subject, patch: null }, [suite]);
  const onHead = suite === null || bySuite ? [changed] : [changed, suite];
  const [green, after = green] = await ends('the change', { base: held.base, patch: given.patch }, onHead);
  const missing: ProofEnd = { kind: 'broken', why: 'The command was not run.' };
  return {
    changed: { command: changed, base: red ?? missing, head: green ?? missing },
    suite: suite === null ? null : { command: suite, base: before ?? missing, head: after ?? missing },
    bySuite,
  };
}

function redacted({ redactor }: ProveChangeDeps, proof: Proof): Proof {
  const clean = (text: string): string => redactor.redact(text);
  const end = (one: ProofEnd): ProofEnd => (one.kind === 'broken' ? { ...one, why: clean(one.why) } : one);
  const row = (one: ProofRow): ProofRow => ({
    ...one,
    command: cutBytes(clean(one.command), COMMAND_BYTES_MAX),
    base: end(one.base),
    head: end(one.head),
  });
  return { ...proof, reasons: proof.reasons.map(clean), rows: proof.rows.map(row), tests: proof.tests.map(clean) };
}

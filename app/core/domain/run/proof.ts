import type { ProofMode } from '../rules/proof-rules.ts';

/** How one command of a proof ended. `unrun`: the shell did not find it, or may not run it, or something killed it. */
export type ProofEnd =
  | { readonly kind: 'passed' }
  | { readonly kind: 'failed' | 'unrun'; readonly exitCode: number }
  | { readonly kind: 'timed-out' | 'too-much-output' }
  /** It did not come to running anything; `why` is safe to show. */
  | { readonly kind: 'broken'; readonly why: string };

/** The same command before and after the change. */
export interface ProofRow {
  readonly what: 'changed' | 'suite';
  readonly command: string;
  readonly base: ProofEnd;
  readonly head: ProofEnd;
  readonly asExpected: boolean;
}

/** What was found when it was tried to prove a change: every reason why it is not, in words to show, none when it is. */
export interface Proof {
  readonly mode: Exclude<ProofMode, 'off'>;
  readonly verdict: 'proven' | 'unproven';
  readonly reasons: readonly string[];
  readonly rows: readonly ProofRow[];
  /** Changed test files, as many as are named. */
  readonly tests: readonly string[];
  /** Version of the repository's configuration by which it was proven. */
  readonly policyVersion: string;
}

/** What ran. On the base `changed` runs with the new tests, `suite` without. `suite` null: the repository has none. */
export interface ProofRuns {
  readonly changed: { readonly command: string; readonly base: ProofEnd; readonly head: ProofEnd };
  readonly suite: { readonly command: string; readonly base: ProofEnd; readonly head: ProofEnd } | null;
  /** Whether the suite stands for the changed tests. */
  readonly bySuite: boolean;
}

const EXIT_NOT_EXECUTABLE = 126;
const EXIT_NOT_FOUND = 127;
/** A shell's exit code for what was killed (128 and SIGKILL), as by the kernel when memory runs out: no test has said no. */
const EXIT_KILLED = 137;
const UNRUN: ReadonlySet<number> = new Set([EXIT_NOT_EXECUTABLE, EXIT_NOT_FOUND, EXIT_KILLED]);

/** What an exit code means: a test that says no is something else than one that could not be asked. */
export function endOfExit(exitCode: number): ProofEnd {
  if (exitCode === 0) return { kind: 'passed' };
  return { kind: UNRUN.has(exitCode) ? 'unrun' : 'failed', exitCode };
}

/** How a command ended, in a few words. */
export function endWords(end: ProofEnd): string {
  switch (end.kind) {
    case 'passed':
      return 'passes';
    case 'failed':
      return `fails (exit code ${end.exitCode})`;
    case 'unrun':
      return end.exitCode === EXIT_KILLED ? 'was killed (exit code 137)' : `cannot be run (exit code ${end.exitCode})`;
    case 'timed-out':
      return 'ran out of time';
    case 'too-much-output':
      return 'printed too much';
    case 'broken':
      return 'did not run';
  }
}

/** Whether a command has said yes or no. */
function isAnswer({ kind }: ProofEnd): boolean {
  return kind === 'passed' || kind === 'failed';
}

/**
 * What the outcomes say: proven is a change whose tests fail without it and pass with it, and with which the suite passes
 * if it did before. All reasons against it are named at once.
 */
export function judgeProof({ changed, suite, bySuite }: ProofRuns): Pick<Proof, 'verdict' | 'reasons' | 'rows'> {
  const reasons = [...changedReasons({ changed, suite, bySuite }), ...(suite === null ? [] : suiteReasons(suite))];
  const rows: ProofRow[] = [
    { what: 'changed', ...changed, asExpected: changed.base.kind === 'failed' && changed.head.kind === 'passed' },
  ];
  if (suite !== null) rows.push({ what: 'suite', ...suite, asExpected: suiteReasons(suite).length === 0 });
  const distinct = [...new Set(reasons)];
  return { verdict: distinct.length === 0 ? 'proven' : 'unproven', reasons: distinct, rows };
}

function changedReasons({ changed: { base, head }, suite, bySuite }: ProofRuns): string[] {
  const reasons = [...unanswered('The changed tests', { base, head })];
  if (base.kind === 'passed')
    reasons.push('The changed tests pass on the base already, so they do not show what the change is good for.');
  if (head.kind === 'failed') reasons.push('The changed tests fail with the change.');
  if (bySuite && base.kind === 'failed' && suite?.base.kind === 'failed')
    reasons.push('The suite fails on the base as it is, so that its failing with the new tests shows nothing.');
  return reasons;
}

function suiteReasons({ base, head }: NonNullable<ProofRuns['suite']>): string[] {
  const reasons = unanswered('The suite', { base, head });
  if (base.kind === 'passed' && head.kind === 'failed')
    reasons.push('The suite passes on the base and fails with the change.');
  return reasons;
}

function unanswered(what: string, ends: { base: ProofEnd; head: ProofEnd }): string[] {
  const places = [
    ['on the base', ends.base],
    ['with the change', ends.head],
  ] as const;
  return places.flatMap(([where, end]) => {
    if (isAnswer(end)) return [];
    return [
      end.kind === 'broken' ? `Nothing could be run ${where}: ${end.why}` : `${what}, ${where}: ${endWords(end)}.`,
    ];
  });
}

import { patchFiles, patchOf } from '../change/patch-files.ts';
import type { ProofRules } from '../rules/proof-rules.ts';
import { isTestPath, runnableTests, withFiles } from '../rules/test-paths.ts';

/** What is to be run to prove a change; or why there is nothing to run, in words to show. */
export type ProofPlan =
  | {
      readonly kind: 'plan';
      /** The part of the change that belongs to its tests. */
      readonly testPatch: Uint8Array;
      readonly tests: readonly string[];
      /** Runs the changed tests. */
      readonly changed: string;
      readonly suite: string | null;
      readonly bySuite: boolean;
    }
  | { readonly kind: 'nothing'; readonly reason: string };

/** More files in one command are more than a shell takes. */
const TESTS_MAX = 500;

/**
 * Cuts the tests out of a change. A file that becomes a test by being renamed is none: without the change it would be
 * missing where it was. Tests that were deleted go along and cannot be run. Throws nothing: a mode `off` has no plan, and
 * whoever asks knows that it is not.
 */
export function planProof(rules: ProofRules, patch: Uint8Array): ProofPlan {
  const files = patchFiles(patch).filter(
    ({ path, from }) => isTestPath(rules, path) && (from === undefined || isTestPath(rules, from)),
  );
  const there = files.filter(({ status }) => status !== 'deleted').map(({ path }) => path);
  const tests = [...new Set(runnableTests(rules, there))];
  if (tests.length === 0) return { kind: 'nothing', reason: 'No test was added or changed.' };
  if (tests.length > TESTS_MAX)
    return { kind: 'nothing', reason: `${tests.length} test files were changed; at most ${TESTS_MAX} can be run.` };
  const { changed, suite } = rules;
  const command = changed === undefined ? suite : withFiles(changed, tests);
  if (command === undefined) return { kind: 'nothing', reason: 'The configuration names no command that runs tests.' };
  const bySuite = changed === undefined;
  return { kind: 'plan', testPatch: patchOf(files), tests, changed: command, suite: suite ?? null, bySuite };
}

/** What happens when it cannot be shown that a change does what it is for. `require`: it is opened as a draft, and its check fails. */
export const PROOF_MODES = ['off', 'try', 'require'] as const;
export type ProofMode = (typeof PROOF_MODES)[number];

/** How a repository wants changes to be proven; at least one of the commands is there unless the mode is `off`. */
export interface ProofRules {
  readonly mode: ProofMode;
  /** Shell line that runs all tests. */
  readonly suite?: string | undefined;
  /** Shell line that runs some test files, which stand where `{files}` is; absent: the suite stands for it. */
  readonly changed?: string | undefined;
  /** Globs of what belongs to tests. */
  readonly paths: readonly string[];
  /** Globs of those that can be run by themselves; absent: usual names of test files, or all of `paths` where none has one. */
  readonly files?: readonly string[] | undefined;
}

/** Stands for the changed test files in a command. */
export const FILES_PLACE = '{files}';

/** Where tests usually are, and what they are usually called. */
export const TEST_PATHS: readonly string[] = [
  ...['**/test/**', '**/tests/**', '**/__tests__/**', '**/spec/**'],
  ...['**/*.test.*', '**/*.spec.*', '**/*_test.*', '**/*-test.*', '**/*_spec.*', '**/test_*.py'],
  ...['**/*Test.java', '**/*Tests.java', '**/*Test.kt', '**/*Tests.cs', '**/*Test.php'],
];

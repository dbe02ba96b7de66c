import { globFits } from './path-rules.ts';
import { FILES_PLACE, TEST_PATHS, type ProofRules } from './proof-rules.ts';

/** Usual names of files that can be run; what tests only read is none. */
const USUAL_FILES = TEST_PATHS.filter((glob) => !glob.endsWith('/**'));
const ONLY_READ: readonly string[] = ['**/*.snap', '**/fixtures/**'];

/** Whether a path belongs to the tests of a repository. */
export function isTestPath({ paths }: Pick<ProofRules, 'paths'>, path: string): boolean {
  return fitsSome(paths, path);
}

/** Of paths that belong to tests, those that a command is given. */
export function runnableTests({ files }: Pick<ProofRules, 'files'>, paths: readonly string[]): readonly string[] {
  if (files !== undefined) return paths.filter((path) => fitsSome(files, path));
  const usual = paths.filter((path) => fitsSome(USUAL_FILES, path) && !fitsSome(ONLY_READ, path));
  return usual.length > 0 ? usual : paths;
}

function fitsSome(globs: readonly string[], path: string): boolean {
  return globs.some((glob) => globFits(glob, path));
}

/** The command with the files in the place of `{files}`, each as one word of a shell that is never taken for an option. */
export function withFiles(command: string, files: readonly string[]): string {
  const words = files.map((path) => `'${(path.startsWith('-') ? `./${path}` : path).replaceAll("'", "'\\''")}'`);
  return command.replaceAll(FILES_PLACE, () => words.join(' '));
}

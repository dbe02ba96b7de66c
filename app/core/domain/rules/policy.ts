/** What a change may touch only when an operator allowed it. */
export type ProtectedKind = 'workflows' | 'codeowners' | 'symlinks' | 'submodules';

/** The parts of a changed path that the policy reads. Modes are git's. */
export interface PolicyPath {
  readonly path: string;
  readonly from?: string;
  readonly mode: string;
  readonly oldMode: string;
  readonly linkTarget?: string;
}

/** Bounds of one change; more is refused because nobody reviews it. */
export interface ChangeLimits {
  readonly filesMax: number;
  readonly allowed: ReadonlySet<ProtectedKind>;
}

/** The decision about a change; `reasons` are sentences to show. */
export type Verdict = { readonly kind: 'allowed' } | { readonly kind: 'refused'; readonly reasons: readonly string[] };

const SYMLINK = '120000';
const SUBMODULE = '160000';

/** Compared as a case-insensitive, Unicode-normalising file system would, so that no spelling slips through. */
function folded(path: string): string {
  return path.normalize('NFC').toLowerCase();
}

function isWorkflow(path: string): boolean {
  return /^\.github\/(?:workflows|actions)(?:\/|$)/.test(folded(path));
}

/** Source: GitHub "About code owners": the file may stand in the root, `.github/` or `docs/`; GitLab adds `.gitlab/`. */
function isCodeowners(path: string): boolean {
  return /^(?:\.github\/|\.gitlab\/|docs\/)?codeowners$/.test(folded(path));
}

/**
 * Whether a symlink at `path` pointing to `target` can leave the tree or reach into `.git`. A `..` after a name counts as
 * leaving, since that name may be a link itself; so every link leads inside whatever the others are.
 */
export function leavesTree(path: string, target: string): boolean {
  if (target.startsWith('/') || target.includes('\0') || target.includes('\\')) return true;
  const at = path.split('/').slice(0, -1);
  let named = false;
  for (const part of target.split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..' && (named || at.pop() === undefined)) return true;
    if (part === '..') continue;
    named = true;
    at.push(part);
  }
  return folded(at[0] ?? '') === '.git';
}

function faultsOf(file: PolicyPath): [ProtectedKind, string][] {
  const faults: [ProtectedKind, string][] = [];
  const names = [file.path, ...(file.from === undefined ? [] : [file.from])];
  for (const name of names) {
    if (isWorkflow(name))
      faults.push(['workflows', `\`${name}\` is a workflow, which would run with the repository's rights`]);
    if (isCodeowners(name)) faults.push(['codeowners', `\`${name}\` decides who must review`]);
    if (folded(name) === '.gitmodules') faults.push(['submodules', `\`${name}\` changes submodules`]);
  }
  if (file.mode === SUBMODULE || file.oldMode === SUBMODULE)
    faults.push(['submodules', `\`${file.path}\` is a submodule`]);
  if (file.mode === SYMLINK && leavesTree(file.path, file.linkTarget ?? '/'))
    faults.push(['symlinks', `\`${file.path}\` is a symbolic link that leaves the repository`]);
  return faults;
}

/** Decides whether a change may be published. Every fault is named at once. */
export function judgeChange(paths: readonly PolicyPath[], limits: ChangeLimits): Verdict {
  const reasons = paths
    .flatMap(faultsOf)
    .filter(([kind]) => !limits.allowed.has(kind))
    .map(([kind, text]) => `${text} (set CHANGE_ALLOW=${kind} to permit it).`);
  if (paths.length > limits.filesMax)
    reasons.push(`It touches ${paths.length} files; at most ${limits.filesMax} are allowed (CHANGE_FILES_MAX).`);
  return reasons.length === 0 ? { kind: 'allowed' } : { kind: 'refused', reasons: [...new Set(reasons)] };
}

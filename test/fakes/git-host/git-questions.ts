import { git, gitBytes, gitMaybe } from './git.ts';

/** A commit as REST and webhooks show it. Times are ISO 8601. */
export interface CommitFacts {
  readonly sha: string;
  readonly tree: string;
  readonly parents: readonly string[];
  readonly message: string;
  readonly author: { readonly name: string; readonly email: string; readonly date: string };
  readonly committer: { readonly name: string; readonly email: string; readonly date: string };
}

/** The size of a pull request, counted from the merge base as GitHub does. */
export interface ChangeSize {
  readonly commits: number;
  readonly additions: number;
  readonly deletions: number;
  readonly changedFiles: number;
}

/** Resolves a branch, tag, `heads/x`, `refs/...` or commit id to a commit id; undefined when there is none. */
export async function resolveCommit(directory: string, ref: string): Promise<string | undefined> {
  if (ref.startsWith('-')) return undefined;
  for (const candidate of [`refs/heads/${ref}`, `refs/tags/${ref}`, `refs/${ref}`, ref]) {
    const sha = await gitMaybe(directory, ['rev-parse', '--verify', '--quiet', `${candidate}^{commit}`]);
    if (sha !== undefined) return sha;
  }
  return undefined;
}

/** The commit a branch points to; undefined when there is no such branch. */
export function branchHead(directory: string, branch: string): Promise<string | undefined> {
  return gitMaybe(directory, ['rev-parse', '--verify', '--quiet', `refs/heads/${branch}`]);
}

/** Whether the repository has that commit, given by its full id. */
export async function hasCommit(directory: string, sha: string): Promise<boolean> {
  return /^[0-9a-f]{40}$/.test(sha) && (await gitMaybe(directory, ['cat-file', '-e', `${sha}^{commit}`])) !== undefined;
}

/** Every ref with the object it points to, `refs/heads/main` -> id. */
export async function listRefs(directory: string, prefix = 'refs/'): Promise<Map<string, string>> {
  const lines = await git(directory, ['for-each-ref', '--format=%(objectname) %(refname)', prefix]);
  const refs = new Map<string, string>();
  for (const line of lines.split('\n')) {
    if (line !== '') refs.set(line.slice(line.indexOf(' ') + 1), line.slice(0, line.indexOf(' ')));
  }
  return refs;
}

/** Reads one commit that is known to exist. */
export async function readCommit(directory: string, sha: string): Promise<CommitFacts> {
  const format = ['%H', '%T', '%P', '%an', '%ae', '%aI', '%cn', '%ce', '%cI', '%B'].join('%x00');
  const fields = (await git(directory, ['log', '-1', `--format=${format}`, sha])).split('\0');
  const field = (index: number): string => fields[index] ?? '';
  return {
    sha: field(0),
    tree: field(1),
    parents: field(2).split(' ').filter(Boolean),
    author: { name: field(3), email: field(4), date: utc(field(5)) },
    committer: { name: field(6), email: field(7), date: utc(field(8)) },
    message: field(9).trim(),
  };
}

/** Paths that a commit adds, removes and changes against its first parent; a renamed file is one of each. */
export async function readPaths(
  directory: string,
  sha: string,
): Promise<{ added: string[]; removed: string[]; modified: string[] }> {
  const args = ['diff-tree', '--root', '--no-commit-id', '--name-status', '--no-renames', '-m', '--first-parent', '-r'];
  const listed = (await git(directory, [...args, '-z', sha])).split('\0');
  const found: { letter: string; path: string }[] = [];
  for (let at = 0; at + 1 < listed.length; at += 2)
    found.push({ letter: listed[at] ?? '', path: listed[at + 1] ?? '' });
  const by = (letters: string): string[] => found.filter((one) => letters.includes(one.letter)).map((one) => one.path);
  return { added: by('A'), removed: by('D'), modified: by('MT') };
}

function utc(date: string): string {
  return new Date(date).toISOString().replace(/\.\d+Z$/, 'Z');
}

/** How much `head` changes against its merge base with `base`. Binary files count as changed files without lines. */
export async function measureChange(directory: string, base: string, head: string): Promise<ChangeSize> {
  const [count, numstat] = await Promise.all([
    git(directory, ['rev-list', '--count', `${base}..${head}`]),
    git(directory, ['diff', '--numstat', '--no-renames', `${base}...${head}`]).catch(() => ''),
  ]);
  const rows = numstat.split('\n').filter(Boolean);
  const total = (column: number): number =>
    rows.reduce((sum, row) => sum + (Number.parseInt(row.split('\t')[column] ?? '', 10) || 0), 0);
  return { commits: Number(count), additions: total(0), deletions: total(1), changedFiles: rows.length };
}

/** The patch from the merge base of `base` and `head` to `head`, binary changes included. */
export async function readDiff(directory: string, base: string, head: string): Promise<string> {
  const args = ['diff', '--binary', '--no-ext-diff', '--no-textconv', '-M', `${base}...${head}`];
  return (await gitBytes(directory, args)).toString('utf8');
}

/** A file's bytes at a ref; undefined when it is not there. */
export async function readFileAt(directory: string, ref: string, file: string): Promise<Buffer | undefined> {
  const blob = await gitMaybe(directory, ['rev-parse', '--verify', '--quiet', `${ref}:${file}`]);
  return blob === undefined ? undefined : gitBytes(directory, ['cat-file', 'blob', blob]);
}

import path from 'node:path';
import { notFound } from './failure.ts';
import { gitBytes, gitMaybe } from '../git-host/git.ts';
import { resolveCommit } from '../git-host/git-questions.ts';
import { repositoryRoute, type RepositoryCall, type Route } from './route.ts';

const SYMLINK = '120000';
const SUBMODULE = '160000';
const LINE_CHARACTERS = 60;

/** What stands at a path of a commit. */
interface Entry {
  readonly mode: string;
  readonly type: string;
  readonly sha: string;
  readonly size: number;
  readonly path: string;
}

/** What is at a path, of the default branch when no `ref` is named: https://docs.github.com/en/rest/repos/contents */
export const contentsRoutes: readonly Route[] = [
  repositoryRoute('GET /repos/{owner}/{repo}/contents/{path}', ['contents:read'], async (call) => {
    const { repository, query, params } = call;
    const commit = await resolveCommit(repository.directory, query.get('ref') ?? repository.defaultBranch);
    const [entry] = commit === undefined ? [] : await listEntries(call, commit, params['path'] ?? '');
    if (commit === undefined || entry === undefined) throw notFound();
    return { status: 200, body: await render(call, commit, entry) };
  }),
];

async function render(call: RepositoryCall, commit: string, entry: Entry): Promise<unknown> {
  if (entry.type === 'tree') {
    const inside = await listEntries(call, commit, `${entry.path}/`);
    return inside.map((one) => describe(call, one));
  }
  if (entry.mode === SUBMODULE) return { ...describe(call, entry), submodule_git_url: 'https://github.invalid/x.git' };
  const bytes = await gitBytes(call.repository.directory, ['cat-file', 'blob', entry.sha]);
  if (entry.mode === SYMLINK) {
    const target = bytes.toString('utf8');
    const [aim] = await listEntries(call, commit, path.posix.join(path.posix.dirname(entry.path), target));
    if (aim?.type !== 'blob' || aim.mode === SYMLINK) return { ...describe(call, entry), target };
    return { ...(await renderFile(call, aim)), name: path.posix.basename(entry.path), path: entry.path };
  }
  return renderFile(call, entry);
}

/** GitHub breaks the base64 text into lines. */
async function renderFile(call: RepositoryCall, entry: Entry) {
  const bytes = await gitBytes(call.repository.directory, ['cat-file', 'blob', entry.sha]);
  const lines = bytes.toString('base64').match(new RegExp(`.{1,${LINE_CHARACTERS}}`, 'g')) ?? [];
  return {
    ...describe(call, entry),
    type: 'file',
    encoding: 'base64',
    content: lines.map((line) => `${line}\n`).join(''),
  };
}

function describe({ world, repository }: RepositoryCall, entry: Entry) {
  const at = encodeURI(entry.path);
  const self = `${world.apiUrl}/repos/${repository.fullName}/contents/${at}?ref=${repository.defaultBranch}`;
  const git = `${world.apiUrl}/repos/${repository.fullName}/git/${entry.type}s/${entry.sha}`;
  const html = `${world.webUrl}/${repository.fullName}/${entry.type}/${repository.defaultBranch}/${at}`;
  return {
    type: typeOf(entry),
    size: entry.size,
    name: path.posix.basename(entry.path),
    path: entry.path,
    sha: entry.sha,
    url: self,
    git_url: git,
    html_url: html,
    download_url: entry.type === 'blob' ? `${html}?raw=1` : null,
    _links: { self, git, html },
  };
}

function typeOf({ type, mode }: Entry): 'dir' | 'file' | 'submodule' | 'symlink' {
  if (type === 'tree') return 'dir';
  if (mode === SUBMODULE) return 'submodule';
  return mode === SYMLINK ? 'symlink' : 'file';
}

/** One entry at a path, or with a slash at its end everything in that directory. */
async function listEntries({ repository }: RepositoryCall, commit: string, at: string): Promise<Entry[]> {
  const listed = await gitMaybe(repository.directory, ['ls-tree', '-l', '-z', commit, '--', at]);
  const rows = (listed ?? '').split('\0').filter((row) => row !== '');
  return rows.map((row) => {
    const [facts = '', name = ''] = row.split('\t');
    const [mode = '', type = '', sha = '', size = ''] = facts.split(/ +/);
    return { mode, type, sha, size: Number(size) || 0, path: name };
  });
}

import { createHash } from 'node:crypto';
import path from 'node:path';
import { z } from 'zod';
import { git, gitBytes, gitMaybe } from '../git-host/git.ts';
import { resolveCommit } from '../git-host/git-questions.ts';
import { notFound } from './failure.ts';
import { PageInput, paginate } from './paginate.ts';
import { projectRoute, type ProjectCall, type Route } from './route.ts';
import { File, TreeEntry } from './shapes-project.ts';
import { Flag } from './shapes-user.ts';

const EXECUTABLE = '100755';
const READ_FILES = ['api', 'read_api', 'read_repository'] as const;
const Ref = z.strictObject({ ref: z.string() });
const RawRef = z.strictObject({ ref: z.string().optional(), lfs: Flag.optional() });
const TreeInput = z.strictObject({
  ...PageInput,
  path: z.string().optional(),
  ref: z.string().optional(),
  recursive: Flag.optional(),
});

/** Files (https://docs.gitlab.com/api/repository_files/) and directories (https://docs.gitlab.com/api/repositories/). */
export const fileRoutes: readonly Route[] = [
  projectRoute(
    'GET /projects/:id/repository/files/:file_path',
    { need: 'code', input: Ref, answer: File, scopes: READ_FILES },
    async (call) => {
      const { commit, blob, mode, name } = await fileOf(call, call.input.ref);
      const bytes = await gitBytes(call.project.directory, ['cat-file', 'blob', blob]);
      const last = await git(call.project.directory, ['log', '-1', '--format=%H', commit, '--', name]);
      const body = {
        file_name: path.posix.basename(name),
        file_path: name,
        size: bytes.byteLength,
        encoding: 'base64',
        content: bytes.toString('base64'),
        content_sha256: createHash('sha256').update(bytes).digest('hex'),
        ref: call.input.ref,
        blob_id: blob,
        commit_id: commit,
        last_commit_id: last,
        execute_filemode: mode === EXECUTABLE,
      };
      return { status: 200, body };
    },
  ),
  projectRoute(
    'GET /projects/:id/repository/files/:file_path/raw',
    { need: 'code', input: RawRef, answer: undefined, scopes: READ_FILES },
    async (call) => {
      const { blob } = await fileOf(call, call.input.ref ?? 'HEAD');
      const text = await gitBytes(call.project.directory, ['cat-file', 'blob', blob]);
      return { status: 200, text, headers: { 'content-type': 'text/plain' } };
    },
  ),
  projectRoute(
    'GET /projects/:id/repository/tree',
    { need: 'code', input: TreeInput, answer: z.array(TreeEntry), scopes: READ_FILES },
    async (call) => {
      const { project, input } = call;
      const commit = await commitOf(call, input.ref ?? 'HEAD');
      const below = input.path === undefined || input.path === '' ? [] : [`${input.path.replace(/\/$/, '')}/`];
      const deep = input.recursive === true ? ['-r', '-t'] : [];
      const listed = await gitMaybe(project.directory, ['ls-tree', '-z', ...deep, commit, '--', ...below]);
      const entries = (listed ?? '').split('\0').filter(Boolean).map(readEntry);
      if (entries.length === 0 && below.length > 0) throw notFound('invalid revision or path');
      const { page, headers } = paginate(call, input, entries);
      return { status: 200, body: page, headers };
    },
  ),
];

async function commitOf({ project }: ProjectCall<unknown>, ref: string): Promise<string> {
  const named = ref === 'HEAD' ? project.defaultBranch : ref;
  const commit = await resolveCommit(project.directory, named);
  if (commit === undefined) throw notFound('Commit');
  return commit;
}

async function fileOf(call: ProjectCall<unknown>, ref: string) {
  const commit = await commitOf(call, ref);
  const name = call.params['file_path'] ?? '';
  const row = await gitMaybe(call.project.directory, ['ls-tree', '-z', commit, '--', `:(literal)${name}`]);
  const entry = readEntry((row ?? '').split('\0')[0] ?? '');
  if (entry.type !== 'blob' || entry.path !== name) throw notFound('File');
  return { commit, blob: entry.id, mode: entry.mode, name };
}

function readEntry(row: string) {
  const [facts = '', name = ''] = row.split('\t');
  const [mode = '', type = '', id = ''] = facts.split(' ');
  return { id, name: path.posix.basename(name), type, path: name, mode };
}

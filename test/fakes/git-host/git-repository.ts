import { appendFile, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { git, gitBytes, gitMaybe } from './git.ts';

// The refs a host keeps for its changes take no push.
const HOSTED_CONFIG = `[uploadpack]
\tallowFilter = true
\tallowAnySHA1InWant = true
[receive]
\thideRefs = refs/pull
\thideRefs = refs/merge-requests
\tautogc = false
[http]
\treceivepack = true
[gc]
\tauto = 0
`;

/** A file to commit: text, bytes, content with a Git mode (100644, 100755, 120000), or null to delete it. */
export type FileContent =
  string | Uint8Array | { readonly content: string | Uint8Array; readonly mode: '100644' | '100755' | '120000' } | null;

/** One commit to put on a branch. */
export interface CommitInput {
  readonly branch: string;
  readonly files: Readonly<Record<string, FileContent>>;
  readonly message: string;
  readonly author: string;
  /** Id of the commit to build on; undefined for a first commit. */
  readonly parent: string | undefined;
  /** Seconds since the epoch. */
  readonly atSec: number;
}

/** Creates an empty bare repository set up as a host has it. */
export async function createBareRepository(directory: string, defaultBranch: string): Promise<void> {
  await mkdir(directory, { recursive: true });
  await git(directory, ['init', '--quiet', '--bare', '--template=', `--initial-branch=${defaultBranch}`]);
  await appendFile(path.join(directory, 'config'), HOSTED_CONFIG);
}

/** Copies branches and tags of the repository at `source` (with or without a work tree) into a new bare one. */
export async function cloneBareRepository(source: string, directory: string): Promise<{ defaultBranch: string }> {
  await mkdir(path.dirname(directory), { recursive: true });
  const branch = await gitMaybe(source, ['symbolic-ref', '--short', 'HEAD']);
  if (branch === undefined) throw new Error(`${source} is no Git repository with a branch checked out`);
  await git(path.dirname(directory), ['clone', '--quiet', '--bare', '--template=', '--', source, directory]);
  await git(directory, ['remote', 'remove', 'origin']);
  await appendFile(path.join(directory, 'config'), HOSTED_CONFIG);
  return { defaultBranch: branch };
}

/** Gives a bare repository the hook that judges pushes: a shell script. */
export async function installPreReceive(directory: string, script: string): Promise<void> {
  const hooks = path.join(directory, 'hooks');
  await mkdir(hooks, { recursive: true });
  await writeFile(path.join(hooks, 'pre-receive'), script, { mode: 0o755 });
}

/** Writes a commit straight into the bare repository and returns its id. */
export async function writeCommit(directory: string, input: CommitInput): Promise<string> {
  const who = `${input.author} <${input.author}@users.noreply.example.test> ${input.atSec} +0000`;
  const parts: (string | Uint8Array)[] = [
    `commit refs/heads/${input.branch}\nmark :1\nauthor ${who}\ncommitter ${who}\n`,
    ...data(input.message),
    input.parent === undefined ? '' : `from ${input.parent}\n`,
  ];
  for (const [file, content] of Object.entries(input.files)) parts.push(...fileCommand(file, content));
  parts.push('\nget-mark :1\n');
  const stream = Buffer.concat(parts.map((part) => Buffer.from(part)));
  return (await gitBytes(directory, ['fast-import', '--quiet', '--force'], stream)).toString('utf8').trim();
}

function fileCommand(file: string, content: FileContent): (string | Uint8Array)[] {
  const name = /["\n\\]/.test(file) ? JSON.stringify(file) : file;
  if (content === null) return [`D ${name}\n`];
  const { content: bytes, mode } =
    typeof content === 'object' && 'mode' in content ? content : { content, mode: '100644' };
  return [`M ${mode} inline ${name}\n`, ...data(bytes)];
}

function data(content: string | Uint8Array): (string | Uint8Array)[] {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content;
  return [`data ${bytes.byteLength}\n`, bytes, '\n'];
}

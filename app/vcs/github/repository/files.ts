import { z } from 'zod';
import { AppError } from '#core/domain/errors.ts';
import { fullName, type RepoRef } from '#core/domain/host/repo.ts';
import type { CommitFileReader, FileReader } from '#core/ports/host/vcs.ts';
import type { Api } from '../wire/api.ts';

/** A directory is answered as a list; a symbolic link that leads to a file inside the repository as that file. */
const Content = z.union([
  z.object({ type: z.literal('file'), size: z.number(), encoding: z.string(), content: z.string() }),
  z.object({ type: z.string() }),
  z.array(z.unknown()),
]);

/**
 * Reads single files. Where no branch or commit is named, GitHub takes the default branch as it is at that moment.
 * Permission: contents:read (`GET /repos/{owner}/{repo}/contents/{path}`,
 * https://docs.github.com/en/rest/repos/contents#get-repository-content: up to 1 MB it is in the answer, as base64; a
 * commit that is not there is answered like a file that is not there).
 */
export function createFileReader(api: Api): FileReader & CommitFileReader {
  return {
    readDefaultBranchFile: (repo, path, bytesMax) => readFile(api, repo, { path, bytesMax }),
    readFileAt: (repo, { sha, path }, bytesMax) => readFile(api, repo, { path, sha, bytesMax }),
  };
}

async function readFile(
  api: Api,
  repo: RepoRef,
  { path, sha, bytesMax }: { path: string; sha?: string; bytesMax: number },
): Promise<string | undefined> {
  const where = { owner: repo.owner, repo: repo.name, path, ...(sha === undefined ? {} : { ref: sha }) };
  const action = `reading ${path} of ${fullName(repo)}${sha === undefined ? '' : `@${sha}`}`;
  try {
    const found = await api.read(
      { repo, purpose: 'files', action },
      (octokit) => octokit.rest.repos.getContent(where),
      Content,
    );
    return textOf(found, path, bytesMax);
  } catch (error) {
    if (error instanceof AppError && error.code === 'missing') return undefined;
    throw error;
  }
}

function textOf(found: z.infer<typeof Content>, path: string, bytesMax: number): string {
  if (Array.isArray(found) || !('content' in found)) throw new AppError('invalid', `${path} is not a file`);
  if (found.size > bytesMax) throw new AppError('invalid', `${path} is larger than ${bytesMax} bytes`);
  if (found.encoding !== 'base64') throw new AppError('invalid', `${path} comes in an unknown encoding`);
  return Buffer.from(found.content, 'base64').toString('utf8');
}

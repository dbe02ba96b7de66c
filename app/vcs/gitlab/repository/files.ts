import { z } from 'zod';
import { AppError } from '#core/domain/errors.ts';
import { fullName, type RepoRef } from '#core/domain/host/repo.ts';
import type { CommitFileReader, FileReader } from '#core/ports/host/vcs.ts';
import type { Api } from '../wire/api.ts';

/** Source: https://docs.gitlab.com/api/repository_files/: `HEAD` is the default branch, as it is at that moment. */
const DEFAULT_BRANCH = 'HEAD';

const File = z.object({ size: z.number(), encoding: z.string(), content: z.string() });

/** Which file, of which branch or commit, and how large it may be. */
interface Wanted {
  readonly path: string;
  readonly ref: string;
  readonly bytesMax: number;
}

/**
 * Reads single files: `GET /projects/:id/repository/files/:path`, scope `read_api`, role Reporter on a private project.
 * A folder counts as not there, as GitLab answers 404; a symbolic link is the text it holds, which is the path it leads
 * to, and never that file.
 */
export function createFileReader(api: Api): FileReader & CommitFileReader {
  return {
    readDefaultBranchFile: (repo, path, bytesMax) => read(api, repo, { path, ref: DEFAULT_BRANCH, bytesMax }),
    readFileAt: (repo, { sha, path }, bytesMax) => read(api, repo, { path, ref: sha, bytesMax }),
  };
}

async function read(api: Api, repo: RepoRef, wanted: Wanted): Promise<string | undefined> {
  const { path, ref } = wanted;
  try {
    const found = await api.read(
      { repo, action: `reading ${path} of ${fullName(repo)}` },
      (gitlab) => gitlab.RepositoryFiles.show(repo.id, path, ref),
      File,
    );
    return textOf(found, wanted);
  } catch (error) {
    if (error instanceof AppError && error.code === 'missing') return undefined;
    throw error;
  }
}

function textOf(found: z.infer<typeof File>, { path, bytesMax }: Wanted): string {
  if (found.size > bytesMax) throw new AppError('invalid', `${path} is larger than ${bytesMax} bytes`);
  if (found.encoding !== 'base64') throw new AppError('invalid', `${path} comes in an unknown encoding`);
  return Buffer.from(found.content, 'base64').toString('utf8');
}

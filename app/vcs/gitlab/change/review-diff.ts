import { z } from 'zod';
import type { DiffFile } from '#core/domain/change/diff.ts';
import { AppError } from '#core/domain/errors.ts';
import type { RepoRef } from '#core/domain/host/repo.ts';
import type { ChangeDiff, Reviewer } from '#core/ports/host/reviewer.ts';
import { PAGE_ITEMS, type Api } from '../wire/api.ts';
import { atOneVersion, isSameDiff, type DiffVersion } from './diff-version.ts';
import { nameOf } from '../thread/noteable.ts';

const File = z.object({
  old_path: z.string().min(1),
  new_path: z.string().min(1),
  /** Hunks without headers; empty when GitLab does not show them. */
  diff: z.string(),
  new_file: z.boolean(),
  deleted_file: z.boolean(),
  renamed_file: z.boolean(),
  /** Absent in older versions, which collapse all the same. */
  collapsed: z.boolean().nullish(),
});
type File = z.infer<typeof File>;
const Files = z.array(File);
const Versions = z.array(
  z.object({
    id: z.number(),
    base_commit_sha: z.string().nullable(),
    start_commit_sha: z.string().nullable(),
    head_commit_sha: z.string().nullable(),
  }),
);
const WholeVersion = z.object({ diffs: Files });

/** What is read: of which merge request, and how many files at most. */
interface Wanted {
  readonly repo: RepoRef;
  readonly number: number;
  readonly filesMax: number;
}

/**
 * The diff of a merge request, of one version of it. Scope `read_api`, role Reporter
 * (https://docs.gitlab.com/api/merge_requests/#list-merge-request-diffs). The list leaves out the hunks of files above a tenth
 * of the instance's limit, 20 KB by default; those are asked for once more, see {@link expanded}.
 */
export function createDiffReader(api: Api): Pick<Reviewer, 'readDiff'> {
  return {
    readDiff: (repo, number, filesMax) =>
      atOneVersion(api, { repo, number }, async (version) => {
        const { refs } = version;
        const shas = { baseSha: refs.start_sha, startSha: refs.base_sha, headSha: refs.head_sha };
        return { ...shas, ...(await readFiles(api, { repo, number, filesMax }, version)) };
      }),
  };
}

/** `1000+`: GitLab has not kept all files of the diff (https://docs.gitlab.com/administration/diff_limits/). */
async function readFiles(api: Api, wanted: Wanted, version: DiffVersion): Promise<Pick<ChangeDiff, 'files' | 'cut'>> {
  const { filesMax } = wanted;
  const found = await listFiles(api, wanted, Number.parseInt(version.changesCount, 10));
  const cut = found.length > filesMax || version.changesCount.endsWith('+');
  const isHidden = !cut && found.some(isCollapsed);
  const files = isHidden ? await expanded(api, wanted, { found, version }) : found.slice(0, filesMax);
  return { files: files.map(toFile), cut };
}

/** Reads until as many are there as GitLab has counted, or else until a page is empty: a page may be shorter than was asked for. */
async function listFiles(api: Api, { repo, number, filesMax }: Wanted, counted: number): Promise<readonly File[]> {
  const action = `reading the files of ${nameOf(repo, { kind: 'pull', number })}`;
  const enough = Math.min(Number.isNaN(counted) ? Number.POSITIVE_INFINITY : counted, filesMax + 1);
  const files: File[] = [];
  for (let page = 1; files.length < enough; page += 1) {
    const found = await api.read(
      { repo, action },
      (gitlab) => gitlab.MergeRequests.allDiffs(repo.id, number, { perPage: PAGE_ITEMS, page }),
      Files,
    );
    if (found.length === 0) break;
    files.push(...found);
  }
  return files;
}

function isCollapsed({ diff, collapsed, renamed_file: renamed }: File): boolean {
  return diff === '' && (collapsed ?? !renamed);
}

/**
 * The files with the hunks that the list has left out: a version by its number is given with all files up to the instance's
 * limit, 200 KB by default.
 */
async function expanded(
  api: Api,
  { repo, number }: Wanted,
  { found, version }: { found: readonly File[]; version: DiffVersion },
): Promise<readonly File[]> {
  const action = `reading a version of ${nameOf(repo, { kind: 'pull', number })}`;
  const versions = await api.read(
    { repo, action },
    (gitlab) => gitlab.MergeRequests.allDiffVersions(repo.id, number),
    Versions,
  );
  const ours = versions.find(({ base_commit_sha: base, start_commit_sha: start, head_commit_sha: head }) =>
    isSameDiff(version.refs, { base_sha: base ?? '', start_sha: start ?? '', head_sha: head ?? '' }),
  );
  if (ours === undefined) throw new AppError('unavailable', `${action} failed: GitLab does not list it`);
  const whole = await api.read(
    { repo, action },
    (gitlab) => gitlab.MergeRequests.showDiffVersion(repo.id, number, ours.id),
    WholeVersion,
  );
  const hunks = new Map(whole.diffs.map((file) => [file.new_path, file.diff]));
  return found.map((file) => ({ ...file, diff: file.diff === '' ? (hunks.get(file.new_path) ?? '') : file.diff }));
}

/** What has no hunk has no patch: binary and oversized files, and those that were only renamed or made executable. */
function toFile({ old_path: oldPath, new_path: path, ...file }: File): DiffFile {
  const status = statusOf(file);
  const patch = /^@@ /m.test(file.diff) ? file.diff : null;
  return { path, oldPath: status === 'renamed' ? oldPath : path, status, patch };
}

function statusOf(file: Pick<File, 'new_file' | 'deleted_file' | 'renamed_file'>): DiffFile['status'] {
  if (file.new_file) return 'added';
  if (file.deleted_file) return 'deleted';
  return file.renamed_file ? 'renamed' : 'modified';
}

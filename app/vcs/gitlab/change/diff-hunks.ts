import { z } from 'zod';
import type { RepoRef } from '#core/domain/host/repo.ts';
import { PAGE_ITEMS, type Api, type Target } from '../wire/api.ts';
import { hunkAt } from './hunk-at.ts';
import type { FoundNote, NotePosition } from '../thread/note-pages.ts';
import { nameOf } from '../thread/noteable.ts';

/** Versions of a merge request whose diffs are read for the sake of hunks, those talked about last; each can be megabytes. */
const VERSIONS_MAX = 3;

const Versions = z.array(z.object({ id: z.number(), head_commit_sha: z.string(), start_commit_sha: z.string() }));
const Version = z.object({
  diffs: z.array(z.object({ old_path: z.string(), new_path: z.string(), diff: z.string() })),
});
type Diffs = z.infer<typeof Version>['diffs'];

/**
 * The code that notes on lines are about, by note; no API gives it with the note. Empty for what is not in the diffs that
 * were read. `GET /projects/:id/merge_requests/:iid/versions`, scope `read_api`, role Reporter
 * (https://docs.gitlab.com/api/merge_requests/#get-merge-request-diff-versions).
 */
export async function readHunks(
  api: Api,
  repo: RepoRef,
  { number, notes }: { number: number; notes: readonly FoundNote[] },
): Promise<(note: FoundNote) => string> {
  const wanted = new Set<string>();
  for (const { position } of notes.toReversed()) {
    if (position && wanted.size < VERSIONS_MAX) wanted.add(versionOf(position));
  }
  if (wanted.size === 0) return () => '';
  const on = { kind: 'pull', number } as const;
  const target: Target = { repo, action: `reading what was changed in ${nameOf(repo, on)}` };
  // Gitbeaker's types know no paging here; it sends it all the same.
  const paged = { showExpanded: false as const, perPage: PAGE_ITEMS, page: 1 };
  const versions = await api.read(
    target,
    (gitlab) => gitlab.MergeRequests.allDiffVersions(repo.id, number, paged),
    Versions,
  );
  const named = versions.map((one) => ({ id: one.id, name: `${one.start_commit_sha} ${one.head_commit_sha}` }));
  const asked = [...wanted].map(async (name): Promise<[string, Diffs]> => {
    const id = named.find((one) => one.name === name)?.id;
    if (id === undefined) return [name, []];
    const read = api.read(target, (gitlab) => gitlab.MergeRequests.showDiffVersion(repo.id, number, id), Version);
    return [name, (await read).diffs];
  });
  const found = new Map(await Promise.all(asked));
  return ({ position }) => (position ? hunkOf(found.get(versionOf(position)) ?? [], position) : '');
}

function versionOf({ diffRefs }: NotePosition): string {
  return `${diffRefs.startSha} ${diffRefs.headSha}`;
}

function hunkOf(diffs: Diffs, { oldPath, newPath, filePath, oldLine, newLine }: NotePosition): string {
  const file = diffs.find(
    (one) => one.new_path === (newPath ?? filePath) && one.old_path === (oldPath ?? newPath ?? filePath),
  );
  return file === undefined ? '' : hunkAt(file.diff, { oldLine: oldLine ?? null, newLine: newLine ?? null });
}

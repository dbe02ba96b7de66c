import { git } from '../git-host/git.ts';
import { branchHead, measureChange } from '../git-host/git-questions.ts';
import { addNote, newNoteable } from './conversations.ts';
import { refused } from './failure.ts';
import type { MergeRequestRecord, ProjectRecord, UserRecord, VersionRecord } from './records.ts';
import { tracePositions } from './position-tracer.ts';
import { announceMergeRequest } from './webhook-events.ts';
import type { World } from './world.ts';

/** A merge request to open. `head` is a branch of `sourceProject`, `base` one of the target. */
export interface MergeRequestInput {
  readonly author: UserRecord;
  readonly title: string;
  readonly body: string;
  readonly sourceProject: ProjectRecord;
  readonly head: string;
  readonly base: string;
  readonly labels?: readonly string[];
  readonly assignees?: readonly UserRecord[];
  readonly reviewers?: readonly UserRecord[];
  readonly removeSourceBranch?: boolean;
  readonly squash?: boolean;
}

/**
 * Opens a merge request and its `refs/merge-requests/N/head`.
 * @throws GitLabFailure 409 when that source branch has an open one into the target, 422 for a branch into itself, and
 * 400 when a branch does not exist, where GitLab would file an empty merge request: nobody wants that.
 */
export async function openMergeRequest(
  world: World,
  project: ProjectRecord,
  input: MergeRequestInput,
): Promise<MergeRequestRecord> {
  const { sourceProject, head, base } = input;
  if (sourceProject === project && head === base) {
    throw refused(422, ["You can't use same project/branch for source and target"]);
  }
  if ((await branchHead(sourceProject.directory, head)) === undefined) {
    throw refused(400, { source_branch: ['does not exist'] });
  }
  const startSha = await branchHead(project.directory, base);
  if (startSha === undefined) throw refused(400, { target_branch: ['does not exist'] });
  const version = await measureVersion(world, project, { sourceProject, head, startSha });
  // From here to the filing nothing may await: two calls for one branch must not both pass.
  const rival = openFrom(project, sourceProject, head).find((one) => one.targetBranch === base);
  if (rival) {
    throw refused(409, [`Another open merge request already exists for this source branch: !${rival.number}`]);
  }
  const number = project.mergeRequests.size + 1;
  const mergeRequest: MergeRequestRecord = {
    ...newNoteable(world, { author: input.author, title: input.title, body: input.body }),
    kind: 'merge_request',
    number,
    state: 'opened',
    labels: input.labels ?? [],
    assignees: input.assignees ?? [],
    reviewers: input.reviewers ?? [],
    sourceProject,
    sourceBranch: head,
    targetBranch: base,
    versions: [version],
    drafts: [],
    removeSourceBranch: input.removeSourceBranch ?? false,
    squash: input.squash ?? false,
    mergedAt: undefined,
    mergedBy: undefined,
    mergeCommitSha: undefined,
  };
  project.mergeRequests.set(number, mergeRequest);
  await keepRef(project, mergeRequest);
  return mergeRequest;
}

/** The version of a merge request that counts. */
export function newestVersion({ versions, number }: MergeRequestRecord): VersionRecord {
  const newest = versions.at(-1);
  if (!newest) throw new Error(`merge request !${number} has no version`);
  return newest;
}

/** Draft by its title, the only way GitLab knows: https://docs.gitlab.com/user/project/merge_requests/drafts/ */
export function isDraft({ title }: MergeRequestRecord): boolean {
  return /^\s*(?:\[draft\]|draft:|\(draft\))/i.test(title);
}

/** Adds a version when the source branch has moved since; returns the former head, undefined when nothing moved. */
export async function refreshVersion(
  world: World,
  project: ProjectRecord,
  mergeRequest: MergeRequestRecord,
): Promise<string | undefined> {
  const { sourceProject, sourceBranch, targetBranch } = mergeRequest;
  const from = newestVersion(mergeRequest);
  const current = await branchHead(sourceProject.directory, sourceBranch);
  const startSha = await branchHead(project.directory, targetBranch);
  if (current === undefined || startSha === undefined || current === from.headSha) return undefined;
  const to = await measureVersion(world, project, { sourceProject, head: sourceBranch, startSha });
  mergeRequest.versions.push(to);
  await tracePositions(world, { project, mergeRequest }, { from, to });
  mergeRequest.updatedAt = world.now();
  await keepRef(project, mergeRequest);
  return from.headSha;
}

/** Gives every open merge request from that branch a new version, and announces an update with `oldrev`. */
export async function followBranch(
  world: World,
  sourceProject: ProjectRecord,
  moved: { readonly branch: string; readonly by: UserRecord },
): Promise<void> {
  for (const project of world.projects.values()) {
    for (const mergeRequest of openFrom(project, sourceProject, moved.branch)) {
      const oldrev = await refreshVersion(world, project, mergeRequest);
      if (oldrev === undefined) continue;
      addNote(world, mergeRequest, { author: moved.by, body: 'added 1 commit', system: true });
      const happening = { action: 'update', by: moved.by, oldrev };
      world.hooks.background(announceMergeRequest(world, { project, mergeRequest }, happening));
    }
  }
}

function openFrom(project: ProjectRecord, sourceProject: ProjectRecord, branch: string): MergeRequestRecord[] {
  return [...project.mergeRequests.values()].filter(
    (one) => one.state === 'opened' && one.sourceProject === sourceProject && one.sourceBranch === branch,
  );
}

async function measureVersion(
  world: World,
  project: ProjectRecord,
  from: { readonly sourceProject: ProjectRecord; readonly head: string; readonly startSha: string },
): Promise<VersionRecord> {
  const { directory } = project;
  if (from.sourceProject !== project) {
    const source = `refs/heads/${from.head}`;
    await git(directory, ['fetch', '--quiet', '--no-tags', from.sourceProject.directory, source]);
  }
  const headSha = await git(from.sourceProject.directory, ['rev-parse', `refs/heads/${from.head}`]);
  const baseSha = await git(directory, ['merge-base', from.startSha, headSha]);
  const { changedFiles } = await measureChange(directory, baseSha, headSha);
  const { startSha } = from;
  return { id: world.nextId(), headSha, baseSha, startSha, createdAt: world.now(), filesChanged: changedFiles };
}

async function keepRef({ directory }: ProjectRecord, mergeRequest: MergeRequestRecord): Promise<void> {
  const ref = `refs/merge-requests/${mergeRequest.number}/head`;
  await git(directory, ['update-ref', ref, newestVersion(mergeRequest).headSha]);
}

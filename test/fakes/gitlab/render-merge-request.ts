import { effectiveMembership } from './membership.ts';
import { isDraft, newestVersion } from './merge-requests.ts';
import { mergedTree } from './merging.ts';
import type { MergeRequestRecord, ProjectRecord, UserRecord, VersionRecord } from './records.ts';
import { lastPipelineOf, renderPipeline, renderPipelineDetail } from './render-ci.ts';
import { renderIssuable } from './render-issue.ts';
import { isoTime, isoTimeOrNull, renderUser, renderUserOrNull } from './render-user.ts';
import type { World } from './world.ts';

const DEVELOPER = 30;
const MAINTAINER = 40;

/** GitLab's merge request as lists have it. */
export async function renderMergeRequest(world: World, project: ProjectRecord, mergeRequest: MergeRequestRecord) {
  const { state, sourceProject, removeSourceBranch } = mergeRequest;
  const conflicts = state === 'opened' && (await mergedTree(project, mergeRequest)) === undefined;
  const common = renderIssuable(world, project, mergeRequest);
  const settled = threadsSettled(mergeRequest);
  return {
    ...common,
    state,
    imported: false,
    imported_from: 'none',
    merged_by: renderUserOrNull(world, mergeRequest.mergedBy),
    merge_user: renderUserOrNull(world, mergeRequest.mergedBy),
    merged_at: isoTimeOrNull(mergeRequest.mergedAt),
    target_branch: mergeRequest.targetBranch,
    source_branch: mergeRequest.sourceBranch,
    reviewers: mergeRequest.reviewers.map((one) => renderUser(world, one)),
    source_project_id: sourceProject.id,
    target_project_id: project.id,
    draft: isDraft(mergeRequest),
    work_in_progress: isDraft(mergeRequest),
    merge_when_pipeline_succeeds: false,
    merge_status: conflicts ? 'cannot_be_merged' : 'can_be_merged',
    detailed_merge_status: detailedStatus(mergeRequest, conflicts),
    merge_after: null,
    sha: newestVersion(mergeRequest).headSha,
    merge_commit_sha: mergeRequest.mergeCommitSha ?? null,
    squash_commit_sha: null,
    should_remove_source_branch: null,
    force_remove_source_branch: removeSourceBranch,
    prepared_at: isoTime(mergeRequest.createdAt),
    ...(sourceProject === project ? {} : { allow_collaboration: false, allow_maintainer_to_push: false }),
    reference: common.references.short,
    squash: mergeRequest.squash,
    squash_on_merge: mergeRequest.squash,
    has_conflicts: conflicts,
    blocking_discussions_resolved: settled,
  };
}

// https://docs.gitlab.com/api/merge_requests/#merge-status
function detailedStatus(mergeRequest: MergeRequestRecord, conflicts: boolean): string {
  if (mergeRequest.state !== 'opened') return 'not_open';
  if (conflicts) return 'conflict';
  return isDraft(mergeRequest) ? 'draft_status' : 'mergeable';
}

function threadsSettled({ notes }: MergeRequestRecord): boolean {
  return notes.every((one) => one.type === null || one.system || one.resolvedBy !== undefined);
}

/** GitLab's single merge request, for one of the project's users. */
export async function renderMergeRequestDetail(
  world: World,
  { project, mergeRequest }: { readonly project: ProjectRecord; readonly mergeRequest: MergeRequestRecord },
  viewer: UserRecord,
) {
  const version = newestVersion(mergeRequest);
  const pipeline = lastPipelineOf(project, version.headSha);
  const level = effectiveMembership(project, viewer, world.now())?.level ?? 0;
  const needed = mergeRequest.targetBranch === project.defaultBranch ? MAINTAINER : DEVELOPER;
  return {
    ...(await renderMergeRequest(world, project, mergeRequest)),
    subscribed: false,
    changes_count: String(version.filesChanged),
    latest_build_started_at: null,
    latest_build_finished_at: null,
    first_deployed_to_production_at: null,
    pipeline: pipeline === undefined ? null : renderPipeline(world, project, pipeline),
    head_pipeline: pipeline === undefined ? null : renderPipelineDetail(world, project, pipeline),
    diff_refs: { base_sha: version.baseSha, head_sha: version.headSha, start_sha: version.startSha },
    merge_error: null,
    first_contribution: false,
    user: { can_merge: level >= needed },
  };
}

/** GitLab's diff version. */
export function renderVersion(mergeRequest: MergeRequestRecord, version: VersionRecord) {
  return {
    id: version.id,
    head_commit_sha: version.headSha,
    base_commit_sha: version.baseSha,
    start_commit_sha: version.startSha,
    created_at: isoTime(version.createdAt),
    merge_request_id: mergeRequest.id,
    state: 'collected',
    real_size: String(version.filesChanged),
    patch_id_sha: null,
  };
}

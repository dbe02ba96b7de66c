import { readCommit } from '../git-host/git-questions.ts';
import { hookLabel, hookNoteable, hookProject, hookTime, webUrlOf } from './hook-attributes.ts';
import type { MergeRequestRecord, ProjectRecord } from './records.ts';
import { hookCommit } from './webhook-push.ts';
import type { World } from './world.ts';

const STATE_IDS = { opened: 1, closed: 2, merged: 3 } as const;

/** A merge request as hooks carry it. Whether it can be merged is never known yet when they are sent. */
export async function hookMergeRequest(world: World, project: ProjectRecord, mergeRequest: MergeRequestRecord) {
  const headSha = mergeRequest.versions.at(-1)?.headSha ?? '';
  const draft = /^\s*draft:/i.test(mergeRequest.title);
  const { id: _target, ...target } = hookProject(world, project);
  const { id: _source, ...source } = hookProject(world, mergeRequest.sourceProject);
  return {
    ...hookNoteable(mergeRequest),
    target_branch: mergeRequest.targetBranch,
    source_branch: mergeRequest.sourceBranch,
    source_project_id: mergeRequest.sourceProject.id,
    target_project_id: project.id,
    reviewer_ids: mergeRequest.reviewers.map((one) => one.id),
    state_id: STATE_IDS[mergeRequest.state],
    state: mergeRequest.state,
    blocking_discussions_resolved: true,
    work_in_progress: draft,
    draft,
    first_contribution: false,
    merge_status: 'checking',
    detailed_merge_status: 'checking',
    merge_commit_sha: mergeRequest.mergeCommitSha ?? null,
    merge_error: null,
    merge_params: { force_remove_source_branch: mergeRequest.removeSourceBranch ? '1' : '0' },
    merge_user_id: mergeRequest.mergedBy?.id ?? null,
    merge_when_pipeline_succeeds: false,
    head_pipeline_id: null,
    prepared_at: hookTime(mergeRequest.createdAt),
    url: webUrlOf(world, project, mergeRequest),
    source,
    target,
    last_commit: hookCommit(world, project, await readCommit(project.directory, headSha)),
    labels: mergeRequest.labels.map((title) => hookLabel(project, title)),
  };
}

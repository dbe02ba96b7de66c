import { z } from 'zod';
import { branchHead } from '../git-host/git-questions.ts';
import { forbidden, refused, unauthorized } from './failure.ts';
import { mayDo } from './membership.ts';
import { newestVersion, openMergeRequest, refreshVersion } from './merge-requests.ts';
import { mergeMergeRequest } from './merging.ts';
import { changeNoteable } from './noteable-changes.ts';
import { PageInput, paginate } from './paginate.ts';
import { labelsAfter, mergeRequestOf, usersOf } from './place.ts';
import type { MergeRequestRecord } from './records.ts';
import { renderMergeRequest, renderMergeRequestDetail } from './render-merge-request.ts';
import { projectRoute, type ProjectCall, type Route } from './route.ts';
import { MergeRequest, MergeRequestDetail, MergeRequestUpdate, NewMergeRequest } from './shapes-merge-request.ts';
import { Flag, Words } from './shapes-user.ts';
import { announceMergeRequest } from './webhook-events.ts';
import { findProject } from './world.ts';

const MergeRequestList = z.strictObject({
  ...PageInput,
  state: z.enum(['opened', 'closed', 'merged', 'locked', 'all']).optional(),
  source_branch: z.string().optional(),
  target_branch: z.string().optional(),
  labels: Words.optional(),
  author_id: z.coerce.number().optional(),
  iids: z.array(z.coerce.number()).optional(),
  scope: z.enum(['all', 'created_by_me', 'assigned_to_me']).optional(),
  order_by: z.enum(['created_at', 'updated_at']).optional(),
  sort: z.enum(['asc', 'desc']).optional(),
  updated_after: z.iso.datetime().optional(),
});
const GetInput = z.strictObject({
  include_diverged_commits_count: Flag.optional(),
  include_rebase_in_progress: Flag.optional(),
  render_html: Flag.optional(),
});
const AcceptInput = z.strictObject({
  merge_commit_message: z.string().optional(),
  squash: Flag.optional(),
  should_remove_source_branch: Flag.optional(),
  sha: z.string().optional(),
});
const ONE = '/projects/:id/merge_requests/:merge_request_iid';

/** Merge requests from opening to merging: https://docs.gitlab.com/api/merge_requests/ */
export const mergeRequestRoutes: readonly Route[] = [
  projectRoute(
    'GET /projects/:id/merge_requests',
    { need: 'code', input: MergeRequestList, answer: z.array(MergeRequest) },
    async (call) => {
      const { world, project, input } = call;
      const rising = [...project.mergeRequests.values()].filter(fits(input));
      const { page, headers } = paginate(call, input, input.sort === 'asc' ? rising : rising.toReversed());
      const body = await Promise.all(page.map((one) => renderMergeRequest(world, project, one)));
      return { status: 200, body, headers };
    },
  ),
  // Whoever may push to the source may open one; the path names the source, `target_project_id` the other side.
  projectRoute(
    'POST /projects/:id/merge_requests',
    { need: 'develop', input: NewMergeRequest, answer: MergeRequestDetail },
    createMergeRequest,
  ),
  projectRoute(`GET ${ONE}`, { need: 'code', input: GetInput, answer: MergeRequestDetail }, (call) =>
    detail(call, mergeRequestOf(call), 200),
  ),
  projectRoute(
    `PUT ${ONE}`,
    { need: 'code', input: MergeRequestUpdate, answer: MergeRequestDetail },
    updateMergeRequest,
  ),
  projectRoute(
    `PUT ${ONE}/merge`,
    { need: 'code', input: AcceptInput, answer: MergeRequestDetail },
    acceptMergeRequest,
  ),
];

async function createMergeRequest(call: ProjectCall<z.infer<typeof NewMergeRequest>>) {
  const { world, project: sourceProject, user, input } = call;
  const id = input.target_project_id;
  const project = id === undefined ? sourceProject : findProject(world, String(id));
  if (!project) throw refused(422, ['Target project does not exist']);
  const mergeRequest = await openMergeRequest(world, project, {
    author: user,
    title: input.title,
    body: input.description ?? '',
    sourceProject,
    head: input.source_branch,
    base: input.target_branch,
    labels: input.labels ?? [],
    assignees: usersOf(call, input.assignee_ids ?? (input.assignee_id === undefined ? [] : [input.assignee_id])),
    reviewers: usersOf(call, input.reviewer_ids ?? []),
    removeSourceBranch: input.remove_source_branch ?? false,
    squash: input.squash ?? false,
  });
  world.hooks.background(announceMergeRequest(world, { project, mergeRequest }, { action: 'open', by: user }));
  const given = await detail({ ...call, project }, mergeRequest, 201);
  return { ...given, wrote: { kind: 'pull.create', id: mergeRequest.id } } as const;
}

async function updateMergeRequest(call: ProjectCall<z.infer<typeof MergeRequestUpdate>>) {
  const { world, project, user, input } = call;
  const mergeRequest = mergeRequestOf(call);
  const nowMs = world.now();
  if (mergeRequest.author !== user && !mayDo(project, user, { need: 'develop', nowMs })) throw forbidden();
  if (input.target_branch !== undefined) {
    const head = await branchHead(project.directory, input.target_branch);
    if (head === undefined) throw refused(400, { target_branch: ['does not exist'] });
    mergeRequest.targetBranch = input.target_branch;
  }
  mergeRequest.removeSourceBranch = input.remove_source_branch ?? mergeRequest.removeSourceBranch;
  mergeRequest.squash = input.squash ?? mergeRequest.squash;
  if (input.reviewer_ids) mergeRequest.reviewers = usersOf(call, input.reviewer_ids);
  if (input.state_event === 'reopen') await refreshVersion(world, project, mergeRequest);
  const change = {
    title: input.title,
    body: input.description,
    labels: labelsAfter(mergeRequest.labels, input),
    assignees: input.assignee_ids && usersOf(call, input.assignee_ids),
    state: input.state_event && (input.state_event === 'close' ? ('closed' as const) : ('opened' as const)),
  };
  world.hooks.background(changeNoteable(world, { project, noteable: mergeRequest, by: user }, change));
  const given = await detail(call, mergeRequest, 200);
  return { ...given, wrote: { kind: 'pull.update', id: mergeRequest.id } } as const;
}

async function acceptMergeRequest(call: ProjectCall<z.infer<typeof AcceptInput>>) {
  const { world, project, user, input } = call;
  const mergeRequest = mergeRequestOf(call);
  const need = mergeRequest.targetBranch === project.defaultBranch ? 'maintain' : 'develop';
  if (!mayDo(project, user, { need, nowMs: world.now() })) throw unauthorized();
  const { headSha } = newestVersion(mergeRequest);
  if (input.sha !== undefined && input.sha !== headSha) {
    throw refused(409, `SHA does not match HEAD of source branch: ${headSha}`);
  }
  await mergeMergeRequest(
    world,
    { project, mergeRequest },
    {
      by: user,
      message: input.merge_commit_message,
      squash: input.squash,
      removeSourceBranch: input.should_remove_source_branch,
    },
  );
  world.hooks.background(announceMergeRequest(world, { project, mergeRequest }, { action: 'merge', by: user }));
  const given = await detail(call, mergeRequest, 200);
  return { ...given, wrote: { kind: 'pull.merge', id: mergeRequest.id } } as const;
}

async function detail(call: ProjectCall<unknown>, mergeRequest: MergeRequestRecord, status: number) {
  const { world, project, user } = call;
  return { status, body: await renderMergeRequestDetail(world, { project, mergeRequest }, user) };
}

function fits(input: z.infer<typeof MergeRequestList>): (mergeRequest: MergeRequestRecord) => boolean {
  return (one) =>
    (input.state === undefined || input.state === 'all' || input.state === one.state) &&
    (input.source_branch === undefined || input.source_branch === one.sourceBranch) &&
    (input.target_branch === undefined || input.target_branch === one.targetBranch) &&
    (input.labels ?? []).every((label) => one.labels.includes(label)) &&
    (input.author_id === undefined || one.author.id === input.author_id) &&
    (input.iids === undefined || input.iids.includes(one.number)) &&
    (input.updated_after === undefined || one.updatedAt >= Date.parse(input.updated_after));
}

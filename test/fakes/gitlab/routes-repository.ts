import { z } from 'zod';
import { git, gitMaybe } from '../git-host/git.ts';
import { mergeBase } from '../git-host/git-changes.ts';
import { branchHead, listRefs, measureChange, readCommit, resolveCommit } from '../git-host/git-questions.ts';
import { inPushQueue } from '../git-host/push-queue.ts';
import { settleRefs } from './branches.ts';
import { forbidden, notFound, refused } from './failure.ts';
import { effectiveMembership } from './membership.ts';
import { paginate, PageInput } from './paginate.ts';
import { lastPipelineOf, renderPipeline } from './render-ci.ts';
import { renderBranch, renderCommit } from './render-commit.ts';
import { Nothing, projectRoute, type ProjectCall, type Route } from './route.ts';
import { Branch, Commit, CommitDetail } from './shapes-project.ts';
import { Flag, Words } from './shapes-user.ts';
import { ZERO_SHA } from '../git-host/moved-refs.ts';

const MAINTAINER = 40;
const BRANCH_PREFIX = 'refs/heads/';
const BranchList = z.strictObject({ ...PageInput, search: z.string().optional() });
const NewBranch = z.strictObject({ branch: z.string(), ref: z.string() });
const MergeBaseInput = z.strictObject({ refs: Words });
const CommitInput = z.strictObject({ stats: Flag.optional() });

/**
 * Branches (https://docs.gitlab.com/api/branches/), commits (https://docs.gitlab.com/api/commits/) and what commits have in
 * common (https://docs.gitlab.com/api/repositories/#merge-base).
 */
export const repositoryRoutes: readonly Route[] = [
  projectRoute(
    'GET /projects/:id/repository/branches',
    { need: 'code', input: BranchList, answer: z.array(Branch) },
    async (call) => {
      const refs = await listRefs(call.project.directory, BRANCH_PREFIX);
      const names = [...refs.keys()]
        .map((ref) => ({ id: ref.slice(BRANCH_PREFIX.length) }))
        .filter(({ id }) => id.includes(call.input.search ?? ''));
      const { page, headers } = paginate(call, call.input, names);
      return { status: 200, body: await Promise.all(page.map(({ id }) => describeBranch(call, id))), headers };
    },
  ),
  projectRoute(
    'GET /projects/:id/repository/branches/:branch',
    { need: 'code', input: Nothing, answer: Branch },
    async (call) => ({ status: 200, body: await describeBranch(call, call.params['branch'] ?? '') }),
  ),
  projectRoute(
    'POST /projects/:id/repository/branches',
    { need: 'develop', input: NewBranch, answer: Branch },
    (call) => inPushQueue(call.project, () => createBranch(call)),
  ),
  projectRoute(
    'DELETE /projects/:id/repository/branches/:branch',
    { need: 'develop', input: Nothing, answer: undefined },
    (call) => inPushQueue(call.project, () => deleteBranch(call)),
  ),
  projectRoute(
    'GET /projects/:id/repository/commits/:sha',
    { need: 'code', input: CommitInput, answer: CommitDetail },
    async (call) => {
      const { world, project, params, input } = call;
      const sha = await resolveCommit(project.directory, params['sha'] ?? '');
      if (sha === undefined) throw notFound('Commit');
      const pipeline = lastPipelineOf(project, sha);
      const body = {
        ...renderCommit(world, project, await readCommit(project.directory, sha)),
        ...(input.stats === false ? {} : { stats: await statsOf(project.directory, sha) }),
        status: pipeline?.status ?? null,
        project_id: project.id,
        last_pipeline: pipeline === undefined ? null : renderPipeline(world, project, pipeline),
      };
      return { status: 200, body };
    },
  ),
  projectRoute(
    'GET /projects/:id/repository/merge_base',
    { need: 'code', input: MergeBaseInput, answer: Commit },
    async (call) => ({ status: 200, body: await findMergeBase(call) }),
  ),
];

// What is answered to names that are too few, unknown or strangers to each other: lib/api/repositories.rb
async function findMergeBase({ world, project, input }: ProjectCall<z.infer<typeof MergeBaseInput>>) {
  const { directory } = project;
  const [one, other, ...more] = input.refs;
  if (one === undefined || other === undefined) throw refused(400, 'Provide at least 2 refs');
  if (more.length > 0) throw new Error('the stand-in compares two commits at a time');
  const found = await Promise.all([resolveCommit(directory, one), resolveCommit(directory, other)]);
  const unknown = input.refs.filter((_, index) => found[index] === undefined);
  const noun = unknown.length === 1 ? 'ref' : 'refs';
  if (unknown.length > 0) throw refused(400, `Could not find ${noun}: ${unknown.join(', ')}`);
  const common = await mergeBase(directory, found[0] ?? '', found[1] ?? '');
  if (common === undefined) throw notFound('Merge Base');
  return renderCommit(world, project, await readCommit(directory, common));
}

async function describeBranch({ world, project, user }: ProjectCall<unknown>, name: string) {
  const sha = await branchHead(project.directory, name);
  if (sha === undefined) throw notFound('Branch');
  return renderBranch(world, project, { name, commit: await readCommit(project.directory, sha), viewer: user });
}

async function createBranch(call: ProjectCall<z.infer<typeof NewBranch>>) {
  const { world, project, user, input } = call;
  const { directory } = project;
  if ((await branchHead(directory, input.branch)) !== undefined) throw refused(400, 'Branch already exists');
  const sha = await resolveCommit(directory, input.ref);
  if (sha === undefined) throw refused(400, `Invalid reference name: ${input.ref}`);
  const valid = await gitMaybe(directory, ['check-ref-format', '--branch', input.branch]);
  if (valid === undefined) throw refused(400, 'Branch name is invalid');
  const ref = `${BRANCH_PREFIX}${input.branch}`;
  await git(directory, ['update-ref', ref, sha, ZERO_SHA]);
  await settleRefs(world, project, { moved: [{ ref, before: ZERO_SHA, after: sha }], by: user });
  const body = await describeBranch(call, input.branch);
  return { status: 201, body, wrote: { kind: 'branch.create', id: input.branch } } as const;
}

async function deleteBranch(call: ProjectCall<unknown>) {
  const { world, project, user, params } = call;
  const name = params['branch'] ?? '';
  const sha = await branchHead(project.directory, name);
  if (sha === undefined) throw notFound('Branch');
  if (name === project.defaultBranch) {
    const level = effectiveMembership(project, user, world.now())?.level ?? 0;
    throw level >= MAINTAINER ? refused(405, 'Cannot remove HEAD branch') : forbidden();
  }
  const ref = `${BRANCH_PREFIX}${name}`;
  await git(project.directory, ['update-ref', '-d', ref, sha]);
  await settleRefs(world, project, { moved: [{ ref, before: sha, after: ZERO_SHA }], by: user });
  return { status: 204, wrote: { kind: 'branch.delete', id: name } } as const;
}

async function statsOf(directory: string, sha: string) {
  const parent = await gitMaybe(directory, ['rev-parse', '--verify', '--quiet', `${sha}^`]);
  const empty = { additions: 0, deletions: 0, total: 0 };
  if (parent === undefined) return empty;
  const { additions, deletions } = await measureChange(directory, parent, sha);
  return { additions, deletions, total: additions + deletions };
}

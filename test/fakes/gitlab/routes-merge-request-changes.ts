import { z } from 'zod';
import { git } from '../git-host/git.ts';
import { readCommit } from '../git-host/git-questions.ts';
import { listDiffs } from './diffs.ts';
import { notFound } from './failure.ts';
import { newestVersion } from './merge-requests.ts';
import { PageInput, paginate } from './paginate.ts';
import { mergeRequestOf } from './place.ts';
import type { VersionRecord } from './records.ts';
import { renderPipeline } from './render-ci.ts';
import { renderCommit } from './render-commit.ts';
import { renderIssue } from './render-issue.ts';
import { renderMergeRequestDetail, renderVersion } from './render-merge-request.ts';
import { projectRoute, type ProjectCall, type Route } from './route.ts';
import { closes } from './routes-issues.ts';
import { Pipeline } from './shapes-ci.ts';
import { Issue } from './shapes-conversation.ts';
import { Changes, Diff, Version } from './shapes-merge-request.ts';
import { Commit } from './shapes-project.ts';
import { Flag } from './shapes-user.ts';

const Paged = z.strictObject(PageInput);
const DiffList = z.strictObject({ ...PageInput, unidiff: Flag.optional() });
const Unidiff = z.strictObject({ unidiff: Flag.optional() });
const VersionDetail = z.strictObject({ ...Version.shape, commits: z.array(Commit), diffs: z.array(Diff) });
const ONE = '/projects/:id/merge_requests/:merge_request_iid';

/** https://docs.gitlab.com/administration/diff_limits/: the default, and the tenth of it at which files are collapsed. */
const PATCH_BYTES_MAX = 200 * 1024;
const COLLAPSED_BYTES_MIN = PATCH_BYTES_MAX / 10;

/** What a merge request changes, its versions, commits and pipelines: https://docs.gitlab.com/api/merge_requests/ */
export const mergeRequestChangeRoutes: readonly Route[] = [
  projectRoute(`GET ${ONE}/versions`, { need: 'code', input: Paged, answer: z.array(Version) }, (call) => {
    const mergeRequest = mergeRequestOf(call);
    const { page, headers } = paginate(call, call.input, mergeRequest.versions.toReversed());
    return { status: 200, body: page.map((one) => renderVersion(mergeRequest, one)), headers };
  }),
  projectRoute(
    `GET ${ONE}/versions/:version_id`,
    { need: 'code', input: Unidiff, answer: VersionDetail },
    async (call) => {
      const mergeRequest = mergeRequestOf(call);
      const version = mergeRequest.versions.find((one) => one.id === Number(call.params['version_id']));
      if (!version) throw notFound('');
      const [commits, diffs] = await Promise.all([commitsOf(call, version), diffsOf(call, version)]);
      return { status: 200, body: { ...renderVersion(mergeRequest, version), commits, diffs } };
    },
  ),
  projectRoute(`GET ${ONE}/diffs`, { need: 'code', input: DiffList, answer: z.array(Diff) }, async (call) => {
    const diffs = (await diffsOf(call, newestVersion(mergeRequestOf(call)))).map(collapse);
    const numbered = diffs.map((diff, id) => ({ id, diff }));
    const { page, headers } = paginate(call, call.input, numbered);
    return { status: 200, body: page.map((one) => one.diff), headers };
  }),
  projectRoute(`GET ${ONE}/changes`, { need: 'code', input: Unidiff, answer: Changes }, async (call) => {
    const { world, project, user } = call;
    const mergeRequest = mergeRequestOf(call);
    const detail = await renderMergeRequestDetail(world, { project, mergeRequest }, user);
    const changes = await diffsOf(call, newestVersion(mergeRequest));
    return { status: 200, body: { ...detail, changes, overflow: false } };
  }),
  projectRoute(`GET ${ONE}/commits`, { need: 'code', input: Paged, answer: z.array(Commit) }, async (call) => {
    const commits = await commitsOf(call, newestVersion(mergeRequestOf(call)));
    const { page, headers } = paginate(call, call.input, commits);
    return { status: 200, body: page, headers };
  }),
  projectRoute(`GET ${ONE}/pipelines`, { need: 'code', input: Paged, answer: z.array(Pipeline) }, (call) => {
    const { world, project } = call;
    const heads = new Set(mergeRequestOf(call).versions.map((one) => one.headSha));
    const found = project.pipelines.filter((one) => heads.has(one.sha)).toReversed();
    const { page, headers } = paginate(call, call.input, found);
    return { status: 200, body: page.map((one) => renderPipeline(world, project, one)), headers };
  }),
  projectRoute(`GET ${ONE}/closes_issues`, { need: 'code', input: Paged, answer: z.array(Issue) }, (call) => {
    const { world, project } = call;
    const mergeRequest = mergeRequestOf(call);
    const found = [...project.issues.values()].filter((issue) => closes(mergeRequest, issue));
    const { page, headers } = paginate(call, call.input, found);
    return { status: 200, body: page.map((issue) => renderIssue(world, project, issue)), headers };
  }),
];

async function diffsOf({ project }: ProjectCall<unknown>, { baseSha, headSha }: VersionRecord) {
  const files = await listDiffs(project.directory, { base: baseSha, head: headSha });
  return files.map(({ diff, ...file }) => {
    const tooLarge = Buffer.byteLength(diff) >= PATCH_BYTES_MAX;
    const shown = tooLarge ? '' : diff;
    return { ...file, diff: shown, generated_file: false, collapsed: false, too_large: tooLarge };
  });
}

/** The list leaves out hunks above a tenth of the limit; a version by its number does not. */
function collapse(file: z.infer<typeof Diff>): z.infer<typeof Diff> {
  const collapsed = Buffer.byteLength(file.diff) >= COLLAPSED_BYTES_MIN;
  return collapsed ? { ...file, diff: '', collapsed } : file;
}

async function commitsOf({ world, project }: ProjectCall<unknown>, { baseSha, headSha }: VersionRecord) {
  const ids = (await git(project.directory, ['rev-list', `${baseSha}..${headSha}`])).split('\n').filter(Boolean);
  return Promise.all(ids.map(async (sha) => renderCommit(world, project, await readCommit(project.directory, sha))));
}

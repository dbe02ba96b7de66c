import { z } from 'zod';
import { checkBodyLength, makeComment } from './conversations.ts';
import { notFound, unprocessable } from './failure.ts';
import { mergeBase, readChangedFiles, type ChangedFile } from '../git-host/git-changes.ts';
import { hasCommit, readCommit, resolveCommit } from '../git-host/git-questions.ts';
import { paginate } from './paginate.ts';
import type { ReviewCommentRecord, ReviewRecord } from './records.ts';
import { renderCommit } from './render-commit.ts';
import type { PullIssue } from './render-pull.ts';
import { renderChangedFile, renderReview } from './render-review.ts';
import { placeProblem } from './review-places.ts';
import { pullByNumber } from './routes-pulls.ts';
import { repositoryRoute, type RepositoryCall, type Route } from './route.ts';
import { announceReviewComment } from './webhook-events.ts';
import { announceReview } from './webhook-life.ts';

const NewComment = z.object({
  path: z.string(),
  body: z.string(),
  line: z.number().optional(),
  side: z.enum(['LEFT', 'RIGHT']).optional(),
  start_line: z.number().optional(),
  start_side: z.enum(['LEFT', 'RIGHT']).optional(),
});

const NewReview = z.object({
  commit_id: z.string().optional(),
  body: z.string().default(''),
  event: z.enum(['APPROVE', 'REQUEST_CHANGES', 'COMMENT']),
  comments: z.array(NewComment).default([]),
});

const STATES = { APPROVE: 'approved', REQUEST_CHANGES: 'changes_requested', COMMENT: 'commented' } as const;

/** What a reviewer reads of a pull request, and reviews. A review without an `event`, which stays pending, is not modelled. */
export const reviewRoutes: readonly Route[] = [
  repositoryRoute('GET /repos/{owner}/{repo}/pulls/{pull_number}/files', ['pull_requests:read'], async (call) => {
    const { world, repository } = call;
    const { headSha } = pullByNumber(call).pull;
    const { page, headers } = paginate(call, await filesOf(call, headSha));
    return { status: 200, body: page.map((one) => renderChangedFile(world, { repository, headSha }, one)), headers };
  }),
  repositoryRoute('GET /repos/{owner}/{repo}/pulls/{pull_number}/reviews', ['pull_requests:read'], (call) => {
    const issue = pullByNumber(call);
    const { page, headers } = paginate(call, issue.reviews);
    return { status: 200, body: page.map((one) => renderAsked(call, issue, one)), headers };
  }),
  repositoryRoute('POST /repos/{owner}/{repo}/pulls/{pull_number}/reviews', ['pull_requests:write'], async (call) => {
    const issue = pullByNumber(call);
    const review = await addReview(call, issue, NewReview.parse(call.body));
    const body = renderAsked(call, issue, review);
    return { status: 200, body, wrote: { kind: 'review.create', id: review.id } };
  }),
  repositoryRoute('GET /repos/{owner}/{repo}/compare/{basehead}', ['contents:read'], compare),
];

/** REST spells states in capitals, webhooks do not. */
function renderAsked({ world, repository }: RepositoryCall, issue: PullIssue, review: ReviewRecord) {
  const rendered = renderReview(world, { repository, issue }, review);
  return { ...rendered, body: review.body, state: review.state.toUpperCase() };
}

function filesOf(call: RepositoryCall, headSha: string): Promise<ChangedFile[]> {
  return readChangedFiles(call.repository.directory, pullByNumber(call).pull.baseSha, headSha);
}

async function addReview(
  call: RepositoryCall,
  issue: PullIssue,
  asked: z.infer<typeof NewReview>,
): Promise<ReviewRecord> {
  const { world, repository, author } = call;
  const commitId = asked.commit_id ?? issue.pull.headSha;
  if (!(await hasCommit(repository.directory, commitId))) throw refused('commit_id is not part of the pull request');
  if (asked.event !== 'APPROVE' && asked.body.trim() === '') throw refused('body is missing');
  if (asked.event !== 'COMMENT' && issue.author.id === author.user.id)
    throw refused('Can not approve or request changes on your own pull request');
  checkBodyLength('PullRequestReview', asked.body);
  const files = await filesOf(call, commitId);
  for (const { path, ...place } of asked.comments) {
    const file = files.find((one) => one.path === path);
    const problem = file === undefined ? 'Path could not be resolved' : placeProblem(file.patch ?? '', place);
    if (problem !== undefined) throw refused(problem);
  }
  const review: ReviewRecord = {
    id: world.nextId(),
    author: author.user,
    state: STATES[asked.event],
    commitId,
    submittedAt: world.now(),
    editedAt: undefined,
    body: asked.body,
  };
  issue.reviews.push(review);
  const comments = asked.comments.map(({ body, path, line = 0, side, start_line: startLine }): ReviewCommentRecord => ({
    ...makeComment(world, issue, { author, body }),
    ...{ path, line, side, startLine, commitId },
    diffHunk: `@@ -${line},1 +${line},1 @@`,
    reviewId: review.id,
    inReplyToId: undefined,
    publishedAt: world.now(),
    resolved: false,
  }));
  issue.reviewComments.push(...comments);
  const happening = { action: 'submitted', sender: author.user };
  world.hooks.background(announceReview(world, { repository, issue, review }, happening));
  for (const comment of comments) {
    const made = { action: 'created', sender: author.user };
    world.hooks.background(announceReviewComment(world, { repository, issue, comment }, made));
  }
  return review;
}

// This endpoint answers in the simple form, with texts for errors; what is wrong does not show in the status.
function refused(message: string) {
  return unprocessable([], `Unprocessable Entity: ${message}`);
}

async function compare({ world, repository, params, query }: RepositoryCall) {
  const { directory, fullName } = repository;
  const [baseName = '', headName = ''] = (params['basehead'] ?? '').split('...');
  const [base, head] = await Promise.all([resolveCommit(directory, baseName), resolveCommit(directory, headName)]);
  const common = base && head && (await mergeBase(directory, base, head));
  if (!base || !head || !common) throw notFound();
  const url = `${world.apiUrl}/repos/${fullName}/compare/${baseName}...${headName}`;
  const webUrl = `${world.webUrl}/${fullName}/compare/${baseName}...${headName}`;
  const rendered = async (sha: string) => renderCommit(world, repository, await readCommit(directory, sha));
  const isFirst = Number(query.get('page') ?? 1) === 1;
  const files = isFirst ? await readChangedFiles(directory, base, head) : undefined;
  const place = { repository, headSha: head };
  return {
    status: 200,
    body: {
      url,
      html_url: webUrl,
      permalink_url: webUrl,
      diff_url: `${webUrl}.diff`,
      patch_url: `${webUrl}.patch`,
      base_commit: await rendered(base),
      merge_base_commit: await rendered(common),
      status: base === head ? 'identical' : common === base ? 'ahead' : common === head ? 'behind' : 'diverged',
      ahead_by: 0,
      behind_by: 0,
      total_commits: 0,
      commits: [],
      ...(files === undefined ? {} : { files: files.map((one) => renderChangedFile(world, place, one)) }),
    },
  };
}

import { z } from 'zod';
import { checkBodyLength, setIssueState } from './conversations.ts';
import { notFound, unprocessable } from './failure.ts';
import { branchHead, measureChange } from '../git-host/git-questions.ts';
import { paginate } from './paginate.ts';
import { openPull } from './pull-requests.ts';
import type { RepositoryRecord, ReviewRecord } from './records.ts';
import { renderedBody } from './render-html.ts';
import { renderReviewComment } from './render-issue.ts';
import { isPull, renderPull, renderPullSimple, type PullIssue } from './render-pull.ts';
import { renderReview } from './render-review.ts';
import { repositoryRoute, type RepositoryCall, type Route } from './route.ts';
import { announcePull } from './webhook-events.ts';

const NewPull = z.object({
  title: z.string().optional(),
  head: z.string(),
  base: z.string(),
  body: z.string().optional(),
  draft: z.boolean().default(false),
  maintainer_can_modify: z.boolean().default(true),
});

const PullChange = z.object({
  title: z.string().optional(),
  body: z.string().optional(),
  state: z.enum(['open', 'closed']).optional(),
  base: z.string().optional(),
  maintainer_can_modify: z.boolean().optional(),
});

/** Pull requests: list, read, open, change, and their review comments. */
export const pullRoutes: readonly Route[] = [
  repositoryRoute('GET /repos/{owner}/{repo}/pulls', ['pull_requests:read'], (call) => {
    const { page, headers } = paginate(call, selectPulls(call));
    return { status: 200, body: page.map((one) => renderPullSimple(call.world, call.repository, one)), headers };
  }),
  repositoryRoute('POST /repos/{owner}/{repo}/pulls', ['pull_requests:write'], async (call) => {
    const { world, repository, author } = call;
    const asked = NewPull.parse(call.body);
    if (asked.title === undefined) {
      throw unprocessable([{ resource: 'PullRequest', field: 'title', code: 'missing_field' }]);
    }
    const issue = await openPull(world, repository, {
      author,
      title: asked.title,
      body: asked.body ?? '',
      ...headOf(call, asked.head),
      base: asked.base,
      draft: asked.draft,
      maintainerCanModify: asked.maintainer_can_modify,
    });
    world.hooks.background(announcePull(world, { repository, issue }, { action: 'opened', sender: author.user }));
    const body = renderPull(world, repository, issue);
    return { status: 201, body, wrote: { kind: 'pull.create', id: issue.number } };
  }),
  repositoryRoute('GET /repos/{owner}/{repo}/pulls/{pull_number}', ['pull_requests:read'], (call) => ({
    status: 200,
    body: renderPull(call.world, call.repository, pullByNumber(call)),
  })),
  repositoryRoute('PATCH /repos/{owner}/{repo}/pulls/{pull_number}', ['pull_requests:write'], async (call) => {
    const issue = pullByNumber(call);
    await changePull(call, issue, PullChange.parse(call.body ?? {}));
    const body = renderPull(call.world, call.repository, issue);
    return { status: 200, body, wrote: { kind: 'pull.update', id: issue.number } };
  }),
  repositoryRoute('GET /repos/{owner}/{repo}/pulls/{pull_number}/comments', ['pull_requests:read'], (call) => {
    const { world, repository } = call;
    const issue = pullByNumber(call);
    const { page, headers } = paginate(call, issue.reviewComments);
    return { status: 200, body: page.map((one) => renderReviewComment(world, { repository, issue }, one)), headers };
  }),
  repositoryRoute('GET /repos/{owner}/{repo}/pulls/comments/{comment_id}', ['pull_requests:read'], (call) => {
    const { world, repository } = call;
    for (const issue of repository.issues.values()) {
      const comment = issue.reviewComments.find((one) => one.id === Number(call.params['comment_id']));
      if (!comment) continue;
      const body = renderReviewComment(world, { repository, issue }, comment);
      return { status: 200, body: { ...body, ...renderedBody(call, comment) } };
    }
    throw notFound();
  }),
  repositoryRoute('GET /repos/{owner}/{repo}/pulls/{pull_number}/reviews', ['pull_requests:read'], (call) => {
    const issue = pullByNumber(call);
    const { page, headers } = paginate(call, issue.reviews);
    return { status: 200, body: page.map((one) => renderRestReview(call, issue, one)), headers };
  }),
  repositoryRoute(
    'GET /repos/{owner}/{repo}/pulls/{pull_number}/reviews/{review_id}',
    ['pull_requests:read'],
    (call) => {
      const issue = pullByNumber(call);
      const review = issue.reviews.find((one) => one.id === Number(call.params['review_id']));
      if (!review) throw notFound();
      return { status: 200, body: { ...renderRestReview(call, issue, review), ...renderedBody(call, review) } };
    },
  ),
];

// In webhooks the state is in small letters and an empty body is null.
function renderRestReview({ world, repository }: RepositoryCall, issue: PullIssue, review: ReviewRecord) {
  const rendered = renderReview(world, { repository, issue }, review);
  return { ...rendered, body: review.body, state: review.state.toUpperCase() };
}

/** The pull request that a call names. @throws GitHubFailure 404 when there is none. */
export function pullByNumber(call: RepositoryCall): PullIssue {
  const issue = call.repository.issues.get(Number(call.params['pull_number']));
  if (!isPull(issue)) throw notFound();
  return issue;
}

function headOf(
  { world, repository }: RepositoryCall,
  head: string,
): { headRepository: RepositoryRecord; head: string } {
  const [owner, branch] = head.includes(':') ? head.split(':', 2) : [repository.owner.login, head];
  const headRepository = [...world.repositories.values()].find(
    (one) => one.owner.login === owner && (one === repository || one.parent === repository),
  );
  if (!headRepository) throw unprocessable([{ resource: 'PullRequest', field: 'head', code: 'invalid' }]);
  return { headRepository, head: branch ?? '' };
}

function selectPulls({ repository, query }: RepositoryCall): PullIssue[] {
  const state = query.get('state') ?? 'open';
  const head = query.get('head');
  const base = query.get('base');
  const found = [...repository.issues.values()].filter(isPull).filter(({ pull, ...issue }) => {
    if (state !== 'all' && issue.state !== state) return false;
    if (base !== null && pull.baseBranch !== base) return false;
    // GitHub ignores a `head` filter that names no owner.
    return head === null || !head.includes(':') || head === `${pull.headRepository.owner.login}:${pull.headBranch}`;
  });
  const key = query.get('sort') === 'updated' ? 'updatedAt' : 'createdAt';
  const ascending = query.get('direction') === 'asc' || (query.get('direction') === null && query.has('sort'));
  found.sort((a, b) => a[key] - b[key] || a.number - b.number);
  return ascending ? found : found.toReversed();
}

async function changePull(call: RepositoryCall, issue: PullIssue, change: z.infer<typeof PullChange>): Promise<void> {
  const { world, repository, author } = call;
  checkBodyLength('PullRequest', change.body ?? '');
  if (change.base !== undefined) {
    const baseSha = await branchHead(repository.directory, change.base);
    if (baseSha === undefined) throw unprocessable([{ resource: 'PullRequest', field: 'base', code: 'invalid' }]);
    issue.pull.size = await measureChange(repository.directory, baseSha, issue.pull.headSha);
    issue.pull.baseBranch = change.base;
    issue.pull.baseSha = baseSha;
  }
  const former = { title: issue.title, body: issue.body };
  issue.title = change.title ?? issue.title;
  issue.body = change.body ?? issue.body;
  issue.pull.maintainerCanModify = change.maintainer_can_modify ?? issue.pull.maintainerCanModify;
  issue.updatedAt = world.now();
  const changes = {
    ...(former.title === issue.title ? {} : { title: { from: former.title } }),
    ...(former.body === issue.body ? {} : { body: { from: former.body } }),
  };
  const announceAs = (action: string, more = {}): void => {
    world.hooks.background(announcePull(world, { repository, issue }, { action, sender: author.user, ...more }));
  };
  if (Object.keys(changes).length > 0) announceAs('edited', { changes });
  if (change.state !== undefined && setIssueState(world, issue, { state: change.state, by: author.user })) {
    announceAs(change.state === 'closed' ? 'closed' : 'reopened');
  }
}

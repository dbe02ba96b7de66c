import { z } from 'zod';
import { addIssue, setIssueState } from './conversations.ts';
import { notFound } from './failure.ts';
import { paginate } from './paginate.ts';
import type { IssueRecord } from './records.ts';
import { renderIssue } from './render-issue.ts';
import { renderLabel } from './render-marks.ts';
import { repositoryRoute, type RepositoryCall, type Route } from './route.ts';
import { announceIssue } from './webhook-events.ts';
import { labelNamed } from './world.ts';

const NewIssue = z.strictObject({
  title: z.string(),
  body: z.string().optional(),
  labels: z.array(z.string()).default([]),
});
const IssueChange = z.strictObject({ state: z.enum(['open', 'closed']) });

/** Issues, as a list (pull requests are in it too), opened, closed and reopened. */
export const issueRoutes: readonly Route[] = [
  repositoryRoute('GET /repos/{owner}/{repo}/issues', ['issues:read', 'pull_requests:read'], (call) => {
    const { page, headers } = paginate(call, selectIssues(call));
    return { status: 200, body: page.map((one) => renderIssue(call.world, call.repository, one)), headers };
  }),
  repositoryRoute('POST /repos/{owner}/{repo}/issues', ['issues:write'], (call) => {
    const { world, repository } = call;
    const issue = openIssue(call, NewIssue.parse(call.body));
    const body = renderIssue(world, repository, issue);
    return { status: 201, body, wrote: { kind: 'issue.create', id: issue.number } };
  }),
  repositoryRoute('PATCH /repos/{owner}/{repo}/issues/{issue_number}', ['issues:write'], (call) => {
    const { world, repository, author, params } = call;
    const issue = repository.issues.get(Number(params['issue_number']));
    if (!issue || issue.pull) throw notFound();
    const { state } = IssueChange.parse(call.body);
    if (setIssueState(world, issue, { state, by: author.user })) {
      const action = state === 'closed' ? 'closed' : 'reopened';
      world.hooks.background(announceIssue(world, { repository, issue }, { action, sender: author.user }));
    }
    const body = renderIssue(world, repository, issue);
    return { status: 200, body, wrote: { kind: 'issue.update', id: issue.number } };
  }),
];

/** Each label of a new issue is told by an event of its own, after that of the issue. */
function openIssue(
  { world, repository, author }: RepositoryCall,
  { title, body = '', labels }: z.infer<typeof NewIssue>,
): IssueRecord {
  const issue = addIssue(world, repository, { author, title, body });
  issue.labels.push(...labels.map((name) => labelNamed(world, repository, name)));
  const announce = (action: string, more: Readonly<Record<string, unknown>>): void => {
    world.hooks.background(announceIssue(world, { repository, issue }, { action, sender: author.user, more }));
  };
  announce('opened', {});
  const url = `${world.apiUrl}/repos/${repository.fullName}`;
  for (const label of issue.labels) announce('labeled', { label: renderLabel(url, label) });
  return issue;
}

// Only open ones, newest first, unless something else is said; `since` is about the last change.
function selectIssues({ repository, query }: RepositoryCall): IssueRecord[] {
  const state = query.get('state') ?? 'open';
  const since = Date.parse(query.get('since') ?? '') || 0;
  const key = query.get('sort') === 'updated' ? 'updatedAt' : 'createdAt';
  const found = [...repository.issues.values()]
    .filter((one) => (state === 'all' || one.state === state) && one.updatedAt >= since)
    .toSorted((a, b) => a[key] - b[key] || a.id - b.id);
  return query.get('direction') === 'asc' ? found : found.toReversed();
}

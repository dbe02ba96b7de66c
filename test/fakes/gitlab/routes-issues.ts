import { z } from 'zod';
import { addIssue } from './conversations.ts';
import { forbidden } from './failure.ts';
import { mayDo } from './membership.ts';
import { changeNoteable } from './noteable-changes.ts';
import { KeysetInput, paginate, PageInput } from './paginate.ts';
import { issueOf, labelsAfter, usersOf } from './place.ts';
import type { IssueRecord, MergeRequestRecord } from './records.ts';
import { renderIssue } from './render-issue.ts';
import { renderMergeRequest } from './render-merge-request.ts';
import { isoTime } from './render-user.ts';
import { Nothing, projectRoute, type ProjectCall, type Route } from './route.ts';
import { Issue, IssueUpdate, LinkedIssue } from './shapes-conversation.ts';
import { MergeRequest } from './shapes-merge-request.ts';
import { Words } from './shapes-user.ts';
import { announceIssue } from './webhook-events.ts';

const IssueList = z.strictObject({
  ...KeysetInput,
  state: z.enum(['opened', 'closed', 'all']).optional(),
  labels: Words.optional(),
  search: z.string().optional(),
  iids: z.array(z.coerce.number()).optional(),
  author_id: z.coerce.number().optional(),
  assignee_id: z.coerce.number().optional(),
  created_after: z.iso.datetime().optional(),
  updated_after: z.iso.datetime().optional(),
  order_by: z.enum(['created_at', 'updated_at']).optional(),
  sort: z.enum(['asc', 'desc']).optional(),
  scope: z.enum(['all', 'created_by_me', 'assigned_to_me']).optional(),
});
const NewIssue = z.strictObject({ title: z.string(), description: z.string().optional(), labels: Words.optional() });
const Paged = z.strictObject(PageInput);

/** Issues, what they link to and what mentions them: https://docs.gitlab.com/api/issues/ and /api/issue_links/ */
export const issueRoutes: readonly Route[] = [
  projectRoute('GET /projects/:id/issues', { need: 'project', input: IssueList, answer: z.array(Issue) }, (call) => {
    const { world, project, input } = call;
    const { page, headers } = paginate(call, input, sorted([...project.issues.values()].filter(fits(input)), input));
    return { status: 200, body: page.map((one) => renderIssue(world, project, one)), headers };
  }),
  projectRoute('POST /projects/:id/issues', { need: 'comment', input: NewIssue, answer: Issue }, (call) => {
    const { world, project, user, input } = call;
    const { title, description = '', labels = [] } = input;
    const issue = addIssue(world, project, { author: user, title, body: description, labels });
    world.hooks.background(announceIssue(world, { project, issue }, { action: 'open', by: user }));
    return { status: 201, body: renderIssue(world, project, issue), wrote: { kind: 'issue.create', id: issue.id } };
  }),
  projectRoute('GET /projects/:id/issues/:issue_iid', { need: 'project', input: Nothing, answer: Issue }, (call) => ({
    status: 200,
    body: renderIssue(call.world, call.project, issueOf(call)),
  })),
  projectRoute(
    'PUT /projects/:id/issues/:issue_iid',
    { need: 'comment', input: IssueUpdate, answer: Issue },
    (call) => {
      const { world, project, user, input } = call;
      const issue = issueOf(call);
      const allowed = issue.author === user || mayDo(project, user, { need: 'develop', nowMs: world.now() });
      if (!allowed) throw forbidden();
      const change = {
        title: input.title,
        body: input.description,
        labels: labelsAfter(issue.labels, input),
        assignees: input.assignee_ids && usersOf(call, input.assignee_ids),
        state: input.state_event && (input.state_event === 'close' ? ('closed' as const) : ('opened' as const)),
      };
      world.hooks.background(changeNoteable(world, { project, noteable: issue, by: user }, change));
      return { status: 200, body: renderIssue(world, project, issue), wrote: { kind: 'issue.update', id: issue.id } };
    },
  ),
  projectRoute(
    'GET /projects/:id/issues/:issue_iid/links',
    { need: 'project', input: Nothing, answer: z.array(LinkedIssue) },
    (call) => ({ status: 200, body: issueOf(call).links.map((link) => renderLink(call, link)) }),
  ),
  projectRoute(
    'GET /projects/:id/issues/:issue_iid/related_merge_requests',
    { need: 'project', input: Paged, answer: z.array(MergeRequest) },
    (call) => listRelated(call, (one, issue) => mentions(one, issue)),
  ),
  projectRoute(
    'GET /projects/:id/issues/:issue_iid/closed_by',
    { need: 'project', input: Paged, answer: z.array(MergeRequest) },
    (call) => listRelated(call, (one, issue) => closes(one, issue)),
  ),
];

function renderLink(call: ProjectCall<unknown>, link: IssueRecord['links'][number]) {
  const at = isoTime(link.issue.createdAt);
  return {
    ...renderIssue(call.world, link.project, link.issue),
    issue_link_id: link.id,
    link_type: link.type,
    link_created_at: at,
    link_updated_at: at,
  };
}

async function listRelated(
  call: ProjectCall<z.infer<typeof Paged>>,
  related: (mergeRequest: MergeRequestRecord, issue: IssueRecord) => boolean,
) {
  const { world, project, input } = call;
  const issue = issueOf(call);
  const found = [...project.mergeRequests.values()].filter((one) => related(one, issue));
  const { page, headers } = paginate(call, input, found);
  return { status: 200, body: await Promise.all(page.map((one) => renderMergeRequest(world, project, one))), headers };
}

function mentions({ title, body }: MergeRequestRecord, { number }: IssueRecord): boolean {
  return new RegExp(`#${number}(?!\\d)`).test(`${title}\n${body}`);
}

/** Whether merging closes the issue: https://docs.gitlab.com/user/project/issues/managing_issues/#default-closing-pattern */
export function closes({ body }: MergeRequestRecord, { number }: IssueRecord): boolean {
  return new RegExp(`\\b(?:clos(?:e[sd]?|ing)|fix(?:e[sd]|ing)?|resolv(?:e[sd]?|ing))\\s+#${number}(?!\\d)`, 'i').test(
    body,
  );
}

type ListInput = z.infer<typeof IssueList>;

function fits(input: ListInput): (issue: IssueRecord) => boolean {
  const after = (time: string | undefined): number => (time === undefined ? 0 : Date.parse(time));
  return (issue) =>
    (input.state === undefined || input.state === 'all' || input.state === issue.state) &&
    (input.labels ?? []).every((label) => issue.labels.includes(label)) &&
    (input.iids === undefined || input.iids.includes(issue.number)) &&
    (input.author_id === undefined || issue.author.id === input.author_id) &&
    (input.assignee_id === undefined || issue.assignees.some((one) => one.id === input.assignee_id)) &&
    `${issue.title}\n${issue.body}`.toLowerCase().includes((input.search ?? '').toLowerCase()) &&
    issue.createdAt >= after(input.created_after) &&
    issue.updatedAt >= after(input.updated_after);
}

function sorted(issues: IssueRecord[], { order_by = 'created_at', sort = 'desc' }: ListInput): IssueRecord[] {
  const key = (one: IssueRecord): number => (order_by === 'created_at' ? one.createdAt : one.updatedAt);
  const rising = issues.toSorted((a, b) => key(a) - key(b) || a.id - b.id);
  return sort === 'asc' ? rising : rising.toReversed();
}

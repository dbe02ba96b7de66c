import { z } from 'zod';
import { refused } from '../tracker/failure.ts';
import { addComment, changeComment, reopenIssue, resolveIssue, archiveIssue } from '../tracker/issue-acts.ts';
import { paginate } from '../tracker/paginate.ts';
import type { CommentRecord, IssueRecord, Resolution } from '../tracker/records.ts';
import { issueOf, route, type Answer, type Call, type Route } from '../tracker/route.ts';
import { latestRelease } from '../tracker/world.ts';
import {
  COMMENT,
  COMMENTS,
  COMMITS,
  ISSUE,
  ISSUE_AFTER_UPDATE,
  ISSUE_UPDATE,
  NEW_COMMENT,
  PAGES,
} from './published-api.ts';
import { renderComment, renderCommit, renderIssue, renderIssueAfterUpdate } from './render-issue.ts';

const READ = ['event:read', 'event:write', 'event:admin'];
const WRITE = ['event:write', 'event:admin'];
const ADMIN = ['event:admin'];

const Update = z.looseObject({
  status: z.enum(['unresolved', 'resolved', 'ignored']).nullish(),
  statusDetails: z.looseObject({ inRelease: z.string().nullish(), inNextRelease: z.boolean().nullish() }).nullish(),
});
const NewComment = z.looseObject({ data: z.looseObject({ text: z.string() }) });

const onIssue: readonly Route[] = [
  route('GET /issues/:issue', { scopes: READ, answer: ISSUE }, (call) => ({
    status: 200,
    body: renderIssue(issueOf(call)),
  })),
  ...(['PUT /issues/:issue', 'PUT /organizations/:org/issues/:issue'] as const).map((name) =>
    route(name, { scopes: WRITE, body: ISSUE_UPDATE, answer: ISSUE_AFTER_UPDATE }, update),
  ),
  /** Commits of the release in which the issue was first seen, the nearest that there is to suspects. */
  route('GET /issues/:issue/commits', { scopes: READ, answer: COMMITS }, (call) => ({
    status: 200,
    body: (issueOf(call).events[0]?.release?.commits ?? []).map(renderCommit),
  })),
];

const PATH = '/issues/:issue/comments';

const onComments: readonly Route[] = [
  route(`GET ${PATH}`, { scopes: ['event:read', 'event:admin'], query: PAGES, answer: COMMENTS }, (call) => {
    const { items, headers } = paginate(call, call.world.issues.get(Number(call.params['issue']))?.comments ?? []);
    return { status: 200, body: items.map(renderComment), headers };
  }),
  route(`POST ${PATH}`, { scopes: WRITE, body: NEW_COMMENT, answer: COMMENT }, (call) => {
    const issue = issueOrBad(call);
    const comment = addComment(call.world, { issue, author: call.token.member }, textOf(call));
    return { status: 201, body: renderComment(comment), wrote: { kind: 'comment.create', id: comment.id } };
  }),
  route(`PUT ${PATH}/:comment`, { scopes: WRITE, body: NEW_COMMENT, answer: COMMENT }, (call) => {
    const on = commentOrBad(call);
    changeComment(call.world, on, textOf(call));
    return { status: 200, body: renderComment(on.comment), wrote: { kind: 'comment.update', id: on.comment.id } };
  }),
  route(`DELETE ${PATH}/:comment`, { scopes: ADMIN, answer: undefined }, (call) => {
    const on = commentOrBad(call);
    changeComment(call.world, on, undefined);
    return { status: 204, wrote: { kind: 'comment.delete', id: on.comment.id } };
  }),
];

/** Reading and updating an issue, and its comments, which may be changed by anybody who may write. */
export const issueRoutes: readonly Route[] = [...onIssue, ...onComments];

/** An update without a status would make Glitchtip fail, since it sets one always. */
function update(call: Call): Answer {
  const issue = issueOf(call);
  const { status, statusDetails } = Update.parse(call.body ?? {});
  if (!status) throw refused(500, 'Internal Server Error');
  const acting = { issue, by: call.token.member };
  if (status === 'resolved') resolveIssue(call.world, acting, resolutionOf(call, issue, statusDetails ?? {}));
  if (status === 'unresolved') reopenIssue(call.world, acting, 'ongoing');
  if (status === 'ignored') archiveIssue(call.world, acting, 'archived_forever');
  return { status: 200, body: renderIssueAfterUpdate(issue), wrote: { kind: 'issue.update', id: issue.id } };
}

/** A release that is not known is passed over without a word; the next one is kept as the newest there is. */
function resolutionOf(
  { world }: Call,
  { project }: IssueRecord,
  asked: { readonly inRelease?: string | null | undefined; readonly inNextRelease?: boolean | null | undefined },
): Resolution {
  const named = asked.inRelease ? world.releases.get(asked.inRelease) : undefined;
  if (asked.inRelease) return named ? { kind: 'release', release: named } : { kind: 'now' };
  const latest = asked.inNextRelease ? latestRelease(world, project) : undefined;
  return latest ? { kind: 'next-release', release: latest } : { kind: 'now' };
}

function textOf({ body }: Call): string {
  return NewComment.parse(body).data.text;
}

function issueOrBad({ world, params }: Call): IssueRecord {
  const issue = world.issues.get(Number(params['issue']));
  if (!issue) throw refused(400, 'Issue does not exist');
  return issue;
}

function commentOrBad(call: Call): { readonly issue: IssueRecord; readonly comment: CommentRecord } {
  const issue = call.world.issues.get(Number(call.params['issue']));
  const comment = issue?.comments.find((one) => String(one.id) === call.params['comment']);
  if (!issue || !comment) throw refused(400, 'Comment does not exist');
  return { issue, comment };
}

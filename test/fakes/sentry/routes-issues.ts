import { z } from 'zod';
import { addComment, changeComment } from '../tracker/issue-acts.ts';
import { paginate } from '../tracker/paginate.ts';
import type { CommentRecord, IssueRecord } from '../tracker/records.ts';
import { issueOf, route, type Call, type Route } from '../tracker/route.ts';
import { ISSUE, ISSUE_AFTER_UPDATE, ISSUE_QUERY, ISSUE_UPDATE, NEW_NOTE, NOTE } from './published-issue.ts';
import { badFields } from './refusals.ts';
import { renderIssue, renderIssueAfterUpdate, renderNote } from './render-issue.ts';
import { updateIssue } from './update-issue.ts';

// https://docs.sentry.io/api/permissions/
const READ = ['event:read', 'event:write', 'event:admin'];
const WRITE = ['event:write', 'event:admin'];
const ADMIN = ['event:admin'];

const HOUR_MS = 60 * 60 * 1_000;
const PATH = '/organizations/:org/issues/:issue';
const Note = z.looseObject({ text: z.string() });

const onIssue: readonly Route[] = [
  route(`GET ${PATH}`, { scopes: READ, query: ISSUE_QUERY, answer: ISSUE }, (call) => ({
    status: 200,
    body: renderIssue(call.world, issueOf(call)),
  })),
  route(`PUT ${PATH}`, { scopes: WRITE, body: ISSUE_UPDATE, answer: ISSUE_AFTER_UPDATE }, (call) => {
    const issue = issueOf(call);
    updateIssue(call.world, issue, { body: call.body, by: call.token.member });
    const body = renderIssueAfterUpdate(call.world, issue);
    return { status: 200, body, wrote: { kind: 'issue.update', id: issue.id } };
  }),
];

/** Comments go by two names: src/sentry/issues/endpoints/, urls `(?:notes|comments)`. */
const onComments = (['notes', 'comments'] as const).flatMap((name): Route[] => [
  route(`GET ${PATH}/${name}`, { scopes: READ, query: 'per_page cursor', answer: asList(NOTE) }, (call) => {
    const { items, headers } = paginate(call, issueOf(call).comments);
    return { status: 200, body: items.map(renderNote), headers };
  }),
  route(`POST ${PATH}/${name}`, { scopes: WRITE, body: NEW_NOTE, answer: NOTE }, (call) => {
    const issue = issueOf(call);
    const text = textOf(call);
    refuseRepetition(call, issue, text);
    const comment = addComment(call.world, { issue, author: call.token.member }, text);
    return { status: 201, body: renderNote(comment), wrote: { kind: 'comment.create', id: comment.id } };
  }),
  route(`PUT ${PATH}/${name}/:note`, { scopes: WRITE, body: NEW_NOTE, answer: NOTE }, (call) => {
    const issue = issueOf(call);
    const comment = ownComment(call, issue);
    changeComment(call.world, { issue, comment }, textOf(call));
    return { status: 200, body: renderNote(comment), wrote: { kind: 'comment.update', id: comment.id } };
  }),
  route(`DELETE ${PATH}/${name}/:note`, { scopes: ADMIN, answer: undefined }, (call) => {
    const issue = issueOf(call);
    const comment = ownComment(call, issue);
    changeComment(call.world, { issue, comment }, undefined);
    return { status: 204, wrote: { kind: 'comment.delete', id: comment.id } };
  }),
]);

/** Reading and updating an issue, and its comments. */
export const issueRoutes: readonly Route[] = [...onIssue, ...onComments];

function textOf({ body }: Call): string {
  const { text } = Note.parse(body);
  if (text.trim() === '') throw badFields({ text: ['This field may not be blank.'] });
  return text;
}

/** The same words by the same author within the hour are refused: `GroupNotesEndpoint.post`. */
function refuseRepetition({ world, token }: Call, issue: IssueRecord, text: string): void {
  const since = world.now() - HOUR_MS;
  const isRepeated = issue.comments.some(
    (one) => one.author === token.member && one.text === text && one.createdAt >= since,
  );
  if (isRepeated) throw badFields({ detail: 'You have already posted that comment.' });
}

/** Nobody touches what others wrote. */
function ownComment({ params, token, refusals }: Call, issue: IssueRecord): CommentRecord {
  const found = issue.comments.find((one) => String(one.id) === params['note'] && one.author === token.member);
  if (!found) throw refusals.notFound();
  return found;
}

function asList(shape: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(shape).map(([at, line]) => [at === '' ? '[]' : `[].${at}`, line]));
}

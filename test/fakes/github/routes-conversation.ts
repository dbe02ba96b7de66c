import { z } from 'zod';
import { addComment, addReaction, changeComment } from './conversations.ts';
import { hasPermission } from './caller.ts';
import { forbidden, notFound } from './failure.ts';
import { paginate } from './paginate.ts';
import type { CommentRecord, IssueRecord, ReactionRecord } from './records.ts';
import { renderedBody } from './render-html.ts';
import { renderComment, renderIssue, renderReaction } from './render-issue.ts';
import { repositoryRoute, type Answer, type RepositoryCall, type Route } from './route.ts';
import { announceComment } from './webhook-events.ts';

const CommentBody = z.object({ body: z.string() });
const ReactionBody = z.object({
  content: z.enum(['+1', '-1', 'laugh', 'confused', 'heart', 'hooray', 'rocket', 'eyes']),
});

// On a pull request's conversation GitHub takes either permission, on an issue only `issues`.
const EITHER_READ = ['issues:read', 'pull_requests:read'] as const;
const EITHER_WRITE = ['issues:write', 'pull_requests:write'] as const;

/** Issues, their comments, and reactions to all of these. */
export const conversationRoutes: readonly Route[] = [
  repositoryRoute('GET /repos/{owner}/{repo}/issues/{issue_number}', EITHER_READ, (call) => {
    const issue = conversation(call, 'read');
    const body = renderIssue(call.world, call.repository, issue);
    return { status: 200, body: { ...body, ...renderedBody(call, issue) } };
  }),
  repositoryRoute('GET /repos/{owner}/{repo}/issues/{issue_number}/comments', EITHER_READ, (call) => {
    const { world, repository, query } = call;
    const issue = conversation(call, 'read');
    const since = Date.parse(query.get('since') ?? '') || 0;
    const found = issue.comments.filter((one) => one.updatedAt >= since);
    const { page, headers } = paginate(call, found);
    return { status: 200, body: page.map((one) => renderComment(world, { repository, issue }, one)), headers };
  }),
  repositoryRoute('POST /repos/{owner}/{repo}/issues/{issue_number}/comments', EITHER_WRITE, (call) => {
    const { world, repository, author } = call;
    const issue = conversation(call, 'write');
    const comment = addComment(world, issue, { author, body: CommentBody.parse(call.body).body });
    const place = { repository, issue, comment };
    world.hooks.background(announceComment(world, place, { action: 'created', sender: author.user }));
    return {
      status: 201,
      body: renderComment(world, place, comment),
      wrote: { kind: 'comment.create', id: comment.id },
    };
  }),
  repositoryRoute('GET /repos/{owner}/{repo}/issues/comments/{comment_id}', EITHER_READ, (call) => {
    const { issue, comment } = commentById(call, 'read');
    const body = renderComment(call.world, { repository: call.repository, issue }, comment);
    return { status: 200, body: { ...body, ...renderedBody(call, comment) } };
  }),
  repositoryRoute('PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}', EITHER_WRITE, (call) => {
    const { world, repository, author } = call;
    const { issue, comment } = commentById(call, 'write');
    const from = changeComment(world, comment, CommentBody.parse(call.body).body);
    const place = { repository, issue, comment };
    const happening = { action: 'edited', sender: author.user, changes: { body: { from } } };
    world.hooks.background(announceComment(world, place, happening));
    return {
      status: 200,
      body: renderComment(world, place, comment),
      wrote: { kind: 'comment.update', id: comment.id },
    };
  }),
  ...reactionRoutes('/issues/{issue_number}/reactions', (call, level) => conversation(call, level).reactions),
  ...reactionRoutes(
    '/issues/comments/{comment_id}/reactions',
    (call, level) => commentById(call, level).comment.reactions,
  ),
  ...reactionRoutes('/pulls/comments/{comment_id}/reactions', (call, level) => reviewComment(call, level).reactions),
];

function reactionRoutes(
  suffix: string,
  find: (call: RepositoryCall, level: 'read' | 'write') => ReactionRecord[],
): Route[] {
  return [
    repositoryRoute(`GET /repos/{owner}/{repo}${suffix}`, EITHER_READ, (call) =>
      listReactions(call, find(call, 'read')),
    ),
    repositoryRoute(`POST /repos/{owner}/{repo}${suffix}`, EITHER_WRITE, (call) => {
      const { content } = ReactionBody.parse(call.body);
      const { reaction, created } = addReaction(call.world, find(call, 'write'), { user: call.author.user, content });
      const body = renderReaction(call.world, reaction);
      if (!created) return { status: 200, body };
      return { status: 201, body, wrote: { kind: 'reaction.create', id: reaction.id } };
    }),
  ];
}

function listReactions(call: RepositoryCall, reactions: readonly ReactionRecord[]): Answer {
  const content = call.query.get('content');
  const found = reactions.filter((one) => content === null || one.content === content);
  const { page, headers } = paginate(call, found);
  return { status: 200, body: page.map((one) => renderReaction(call.world, one)), headers };
}

function conversation(call: RepositoryCall, level: 'read' | 'write'): IssueRecord {
  const issue = call.repository.issues.get(Number(call.params['issue_number']));
  if (!issue) throw notFound();
  return permitted(call, issue, level);
}

function commentById(call: RepositoryCall, level: 'read' | 'write'): { issue: IssueRecord; comment: CommentRecord } {
  const id = Number(call.params['comment_id']);
  for (const issue of call.repository.issues.values()) {
    const comment = issue.comments.find((one) => one.id === id);
    if (comment) return { issue: permitted(call, issue, level), comment };
  }
  throw notFound();
}

function reviewComment(call: RepositoryCall, level: 'read' | 'write'): CommentRecord {
  const id = Number(call.params['comment_id']);
  if (!hasPermission(call.token, `pull_requests:${level}`)) throw forbidden();
  for (const issue of call.repository.issues.values()) {
    const comment = issue.reviewComments.find((one) => one.id === id);
    if (comment) return comment;
  }
  throw notFound();
}

function permitted(call: RepositoryCall, issue: IssueRecord, level: 'read' | 'write'): IssueRecord {
  if (hasPermission(call.token, `issues:${level}`)) return issue;
  if (issue.pull && hasPermission(call.token, `pull_requests:${level}`)) return issue;
  throw forbidden();
}

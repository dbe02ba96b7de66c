import type { Octokit } from '@octokit/rest';
import { z } from 'zod';
import { AppError } from '#core/domain/errors.ts';
import type { Thread, Trigger } from '#core/domain/host/inbound.ts';
import { fullName, type RepoRef } from '#core/domain/host/repo.ts';
import type { Commenter, Placed } from '#core/ports/host/vcs.ts';
import { hostId, PAGE_ITEMS, type Api } from '../wire/api.ts';
import type { GitHubIdentity } from '../wire/identity.ts';

/** 5,000 comments: beyond that a thread is not searched in one go. */
const PAGES_MAX = 50;

/** Our clock and GitHub's may differ; a comment is looked for from this much earlier on. */
const CLOCK_SKEW_MS = 5 * 60_000;

const Comment = z.object({
  id: z.number(),
  html_url: z.string(),
  body: z.string().nullish(),
  /** Null when the account is gone. */
  user: z.object({ id: z.number() }).nullable(),
});
type Comment = z.infer<typeof Comment>;

const CommentPage = z.array(Comment);
const Reaction = z.object({ id: z.number() });

/** What the comment functions need; `webUrl` without trailing slash. */
export interface CommenterDeps {
  readonly api: Api;
  readonly self: GitHubIdentity['self'];
  readonly webUrl: string;
}

const purpose = 'conversation';

/**
 * Comments and reactions. Permission for every call: issues:write on an issue, pull_requests:write in the
 * conversation of a pull request (https://docs.github.com/en/rest/issues/comments, …/rest/reactions/reactions).
 * Bodies are sent as they are; GitHub refuses more than 65,536 characters (`invalid`).
 */
export function createCommenter(deps: CommenterDeps): Commenter {
  const { api } = deps;
  return {
    acknowledge: (repo, thread, trigger) => acknowledge(deps, repo, { thread, trigger }),
    findComment: (repo, thread, by) => findComment(deps, repo, { number: thread.number, ...by }),
    async createComment(repo, { number }, body) {
      const comment = await api.write(
        { repo, purpose, notifies: true, action: `commenting on ${fullName(repo)}#${number}` },
        (octokit) =>
          octokit.rest.issues.createComment({ owner: repo.owner, repo: repo.name, issue_number: number, body }),
        Comment,
      );
      return toPlaced(comment);
    },
    async updateComment(repo, externalId, body) {
      const comment_id = hostId(externalId, 'comment');
      await api.write(
        { repo, purpose, action: `updating comment ${externalId} of ${fullName(repo)}` },
        (octokit) => octokit.rest.issues.updateComment({ owner: repo.owner, repo: repo.name, comment_id, body }),
        Comment,
      );
    },
  };
}

interface Words {
  readonly thread: Pick<Thread, 'kind' | 'number'>;
  readonly trigger: Trigger;
}

/**
 * A second 👀 of ours on the same thing is the first one again (GitHub answers 200 instead of 201). The summary of a
 * review takes none over REST, so it goes on the pull request.
 */
async function acknowledge(deps: CommenterDeps, repo: RepoRef, words: Words): Promise<Placed> {
  const reaction = await deps.api.write(
    { repo, purpose, action: `reacting to the request in ${fullName(repo)}#${words.thread.number}` },
    (octokit) => react(octokit, repo, words),
    Reaction,
  );
  return { externalId: String(reaction.id), url: `${deps.webUrl}/${fullName(repo)}/${pageOf(words)}` };
}

function react(octokit: Octokit, { owner, name: repo }: RepoRef, { thread, trigger }: Words) {
  const { reactions } = octokit.rest;
  const content = 'eyes';
  switch (trigger.kind) {
    case 'thread':
    case 'review':
      return reactions.createForIssue({ owner, repo, issue_number: thread.number, content });
    case 'comment':
      return reactions.createForIssueComment({ owner, repo, comment_id: trigger.id, content });
    case 'review-comment':
      return reactions.createForPullRequestReviewComment({ owner, repo, comment_id: trigger.id, content });
  }
}

function pageOf({ thread, trigger }: Words): string {
  const page = `${thread.kind === 'pull' ? 'pull' : 'issues'}/${thread.number}`;
  switch (trigger.kind) {
    case 'thread':
      return page;
    case 'comment':
      return `${page}#issuecomment-${trigger.id}`;
    case 'review':
      return `${page}#pullrequestreview-${trigger.id}`;
    case 'review-comment':
      return `${page}#discussion_r${trigger.id}`;
  }
}

/** Only a comment of our own account counts: anybody can quote a marker. */
async function findComment(
  { api, self }: CommenterDeps,
  repo: RepoRef,
  by: { number: number; marker: string; since: string },
): Promise<Placed | undefined> {
  const action = `looking for our comment on ${fullName(repo)}#${by.number}`;
  const us = await self(repo);
  const since = new Date(Date.parse(by.since) - CLOCK_SKEW_MS).toISOString();
  for (let page = 1; page <= PAGES_MAX; page += 1) {
    const comments = await api.read(
      { repo, purpose, action },
      (octokit) =>
        octokit.rest.issues.listComments({
          owner: repo.owner,
          repo: repo.name,
          issue_number: by.number,
          since,
          per_page: PAGE_ITEMS,
          page,
        }),
      CommentPage,
    );
    const ours = comments.find(({ body, user }) => user?.id === us.id && body?.includes(by.marker));
    if (ours) return toPlaced(ours);
    if (comments.length < PAGE_ITEMS) return undefined;
  }
  // Saying "there is none" would have the caller post a second one.
  throw new AppError('unavailable', `${action} failed: there are more than ${PAGES_MAX * PAGE_ITEMS} since ${since}`);
}

function toPlaced(comment: Comment): Placed {
  return { externalId: String(comment.id), url: comment.html_url };
}

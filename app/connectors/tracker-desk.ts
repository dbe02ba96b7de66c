import { z } from 'zod';
import type { Tracker } from '#core/domain/alert/alert.ts';
import type { AlertSource } from '#core/domain/alert/source.ts';
import { AppError } from '#core/domain/errors.ts';
import type { Placed } from '#core/ports/host/vcs.ts';
import type { TrackerDesk } from '#core/ports/trackers.ts';
import { issuePageOf, issuePath } from './issue-paths.ts';
import { askingTrackers, type AskTracker, type TrackerRequest } from './tracker-api.ts';
import { releaseCommit } from './tracker-releases.ts';

/** Of 100 comments with Sentry, 50 with Glitchtip. */
const PAGES_MAX = 50;
const COMMENT_ID = /^\d{1,20}$/;

const Id = z.union([z.string(), z.number()]).transform(String);
const Comment = z
  .object({ id: Id, data: z.object({ text: z.string().nullish(), comment_id: Id.optional().catch(undefined) }) })
  // Sentry's newer record of activities has ids of its own, and that of the comment beside them.
  .transform(({ id, data }) => ({ id: data.comment_id ?? id, text: data.text ?? '' }));
type Comment = z.infer<typeof Comment>;

/** Either tracker calls its comments so; Sentry also `notes`. */
const COMMENTS = 'comments/';
const BODY_OF: Readonly<Record<Tracker, (text: string) => unknown>> = {
  sentry: (text) => ({ text }),
  glitchtip: (text) => ({ data: { text } }),
};

/** Internal integrations of Sentry are given it as *Issue & Event: Read & Write*. */
const NEEDS_WRITE = 'event:write (the permission to write issues)';

/** Error trackers by their APIs, to write to, with the token of each source by its id. */
export function openTrackerDesk(tokens: ReadonlyMap<string, string>): TrackerDesk {
  const ask = askingTrackers(tokens);
  return {
    releaseCommit: (source, release) => releaseCommit(ask, source, release),
    findComment: (source, issueId, marker) => find(ask, { source, issueId }, ({ text }) => text.includes(marker)),
    comment: (source, issueId, text) => comment(ask, { source, issueId }, text),
    async updateComment(source, issueId, { externalId, text }) {
      const path = `${issuePath(source, issueId)}${COMMENTS}`;
      if (!COMMENT_ID.test(externalId))
        throw new AppError('missing', `Writing to ${source.id} (${source.tracker}): the comment has no number`);
      await writeComment(ask, source, put(`${path}${externalId}/`, BODY_OF[source.tracker](text)));
    },
    resolve: (source, issueId, how) => resolve(ask, { source, issueId }, how),
  };
}

interface AtIssue {
  readonly source: AlertSource;
  readonly issueId: string;
}

function put(path: string, body: unknown): TrackerRequest {
  return { path, needs: NEEDS_WRITE, write: { method: 'PUT', body } };
}

function placed({ source, issueId }: AtIssue, { id }: Comment): Placed {
  return { externalId: id, url: issuePageOf(source, issueId) };
}

/** The newest comment of which `isIt` holds; both trackers give the newest first. */
async function find(ask: AskTracker, at: AtIssue, isIt: (comment: Comment) => boolean): Promise<Placed | undefined> {
  const { source, issueId } = at;
  const path = `${issuePath(source, issueId)}${COMMENTS}`;
  let cursor: string | undefined;
  for (let page = 1; page <= PAGES_MAX; page += 1) {
    const query: string = cursor === undefined ? '' : `?cursor=${encodeURIComponent(cursor)}`;
    const { data, next } = await ask(source, { path: `${path}${query}`, needs: 'event:read' }, z.array(Comment));
    const found = data.find(isIt);
    if (found !== undefined) return placed(at, found);
    if (next === undefined) return undefined;
    cursor = next;
  }
  throw new AppError(
    'unavailable',
    `Asking ${source.id} (${source.tracker}): there are more than ${PAGES_MAX} pages of comments`,
  );
}

async function comment(ask: AskTracker, at: AtIssue, text: string): Promise<Placed> {
  const { source, issueId } = at;
  const path = `${issuePath(source, issueId)}${COMMENTS}`;
  const body = BODY_OF[source.tracker](text);
  try {
    return placed(at, await writeComment(ask, source, { path, needs: NEEDS_WRITE, write: { method: 'POST', body } }));
  } catch (thrown) {
    if (!(thrown instanceof AppError) || thrown.code !== 'invalid' || source.tracker !== 'sentry') throw thrown;
    // Sentry refuses the same words of the same author for an hour (GroupNotesEndpoint.post), so they may be there.
    const there = await find(ask, at, (one) => one.text.trim() === text.trim());
    if (there === undefined) throw thrown;
    return there;
  }
}

/** Glitchtip answers 400, and 422 to what is not as its API describes, where an issue or a comment is not there. */
async function writeComment(ask: AskTracker, source: AlertSource, request: TrackerRequest): Promise<Comment> {
  try {
    return (await ask(source, request, Comment)).data;
  } catch (thrown) {
    const isGone = thrown instanceof AppError && thrown.context['status'] === 400 && source.tracker === 'glitchtip';
    throw isGone ? new AppError('missing', thrown.message, { cause: thrown, context: thrown.context }) : thrown;
  }
}

async function resolve(ask: AskTracker, { source, issueId }: AtIssue, how: 'next-release' | 'at-once'): Promise<void> {
  const path = issuePath(source, issueId);
  const status = { status: 'resolved' };
  const answer = z.object({ status: z.string() });
  if (how === 'next-release' && source.tracker === 'sentry') {
    try {
      await ask(source, put(path, { ...status, statusDetails: { inNextRelease: true } }), answer);
      return;
    } catch (thrown) {
      // A project that never told Sentry of a release has no next one, and is refused with nothing done.
      if (!(thrown instanceof AppError) || thrown.code !== 'invalid') throw thrown;
    }
  }
  await ask(source, put(path, status), answer);
}

import type { WriteKind } from '../fakes/github/world.ts';
import { runLogTimes } from './run-log-times.ts';
import { awaitAnswer, type Scene } from './scene.ts';

/** Moments of one request, in milliseconds since the epoch. */
export interface RequestTimes {
  /** The comment's webhook leaves the Git host. */
  readonly sent: number;
  /** 202 received. */
  readonly answered: number;
  readonly submitted: number;
  readonly claimed: number;
  /** The Git host gave out the token for reading. */
  readonly mayRead: number;
  /** The last byte of the repository left the Git host. */
  readonly fetched: number;
  /** Repository checked out inside. */
  readonly workspaceReady: number;
  readonly firstQuestion: number;
  readonly lastQuestion: number;
  readonly diffCollected: number;
  /** The Git host gave out the token for pushing. */
  readonly mayPush: number;
  readonly pushed: number;
  readonly pullRequest: number;
  /** Check run completed. */
  readonly reported: number;
}

const DEADLINE_MS = 120_000;

/**
 * Comments on a new issue of `repository` and waits until the request has ended. Throws when it opened no pull request:
 * a request that fails is quick, too.
 */
export async function timeRequest(scene: Scene, repository: string): Promise<RequestTimes> {
  const { github, model, deployment } = scene;
  const { issue } = await github.openIssue({
    repository,
    by: 'ada',
    title: 'A duration of 59.6 seconds is written as 60s',
  });
  const checksBefore = github.checkRuns(repository).length;
  const asked = model.requests.length;
  const body = '@astraforge fix the failing test';
  const { delivery } = await github.comment({ repository, by: 'ada', number: issue.number, body });
  const check = await awaitAnswer('the end of the check run', DEADLINE_MS, () =>
    github
      .checkRuns(repository)
      .slice(checksBefore)
      .find(({ status }) => status === 'completed'),
  );
  const reported = Date.now();
  if (check.conclusion !== 'success')
    throw new Error(`the request ended with ${check.conclusion}: ${check.output.title}\n${check.output.summary ?? ''}`);
  const log = runLogTimes(await deployment.readLog(check.externalId));
  const questions = model.requests.slice(asked).map(({ at }) => at);
  const wrote = (kind: WriteKind, from: number): number | undefined =>
    github.ledger.find((entry) => entry.kind === kind && entry.at >= from)?.at;
  const pushed = momentOf('pushed', wrote('push', delivery.at));
  // What a request need not do (ask for a token it still has, fetch what it has) happened when the step before it ended.
  const mayRead = within([log.claimed, log.workspaceReady], wrote('token.create', log.claimed));
  const fetches = github.gitTraffic.filter(
    ({ service, at }) => service === 'git-upload-pack' && at >= mayRead && at <= log.workspaceReady,
  );
  return {
    sent: delivery.at,
    answered: delivery.at + delivery.durationMs,
    ...log,
    mayRead,
    fetched: fetches.at(-1)?.at ?? mayRead,
    firstQuestion: momentOf('first question', questions[0]),
    lastQuestion: momentOf('last question', questions.at(-1)),
    mayPush: within([log.diffCollected, pushed], wrote('token.create', log.diffCollected)),
    pushed,
    pullRequest: momentOf('pull request', wrote('pull.create', delivery.at)),
    reported,
  };
}

function within([from, to]: readonly [number, number], at: number | undefined): number {
  return at !== undefined && at <= to ? at : from;
}

function momentOf(what: string, at: number | undefined): number {
  if (at === undefined) throw new Error(`the request ended well, yet nobody saw: ${what}`);
  return at;
}

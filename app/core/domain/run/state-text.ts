import { blockedLine, elapsed, headline, savedLine, spent } from './outcome.ts';
import { isSettled, type Run } from './run.ts';
import type { WorkRequest } from '../request/work-request.ts';

/** How the request of a thread stands. */
export interface StateFacts {
  readonly standing: { readonly request: WorkRequest; readonly run: Run } | undefined;
  /** Runs of the thread that come before this one. */
  readonly ahead: number;
  /** Words that wait for the next turn or run. */
  readonly waiting: number;
  /** ISO 8601 UTC. */
  readonly now: string;
}

/** How far deliveries of the host were compared with what arrived. */
export interface HealedFacts {
  /** ISO 8601 UTC; undefined when they never were. */
  readonly healedTo: string | undefined;
  /** Why they cannot all be compared. */
  readonly hindered: string | undefined;
  readonly recovered: number;
  readonly pending: number;
  readonly lost: number;
}

/** How far was looked for mentions that no delivery brought. */
export interface ListenedFacts {
  /** ISO 8601 UTC. */
  readonly heardTo: string;
  readonly found: number;
}

/** Said where there is no request. */
export const NOTHING = 'I have no request in this thread.';

/** The answer to `status`: where the newest request of the thread stands. */
export function statusText({
  standing,
  ahead,
  waiting,
  now,
  healed,
  listened,
}: StateFacts & { readonly healed: HealedFacts | undefined; readonly listened: ListenedFacts | undefined }): string {
  const deliveries = [
    ...(healed === undefined ? [] : [healedLine(healed)]),
    ...(listened === undefined ? [] : [listenedLine(listened)]),
  ];
  if (standing === undefined) return [NOTHING, ...deliveries].join('\n\n');
  const { request, run } = standing;
  const lines = [`**${headline(run, request.repo.provider)}**${ahead > 0 ? ` (${ahead} ahead in this thread)` : ''}`];
  lines.push(`Request \`${request.id}\` by ${request.requester.login}, from \`${request.base.ref}\`.`);
  if (run.startedAt !== null) lines.push(`${isSettled(run.status) ? 'It took' : 'Since'} ${elapsed(run, now)}.`);
  if (run.usage.inputTokens > 0) lines.push(`Used: ${spent(run)}.`);
  if (waiting > 0)
    lines.push(`${waiting} more ${waiting === 1 ? 'comment waits' : 'comments wait'} for the next turn.`);
  if (run.change !== null) lines.push(`The change: ${run.change.url}`);
  for (const line of [savedLine(run), blockedLine(run), endedLine(request)]) if (line !== undefined) lines.push(line);
  return [...lines, ...deliveries].join('\n\n');
}

/** Whether anything that the host sent may be missing here. */
function healedLine({ healedTo, hindered, recovered, pending, lost }: HealedFacts): string {
  const parts = [healedTo === undefined ? 'not compared with those that were sent' : `all seen up to ${healedTo}`];
  if (hindered !== undefined) parts[0] = `${parts[0]} (${hindered})`;
  if (recovered > 0)
    parts.push(`${recovered} that ${were(recovered)} missed ${were(recovered)} fetched again in the last 24 h`);
  if (pending > 0) parts.push(`${pending} ${were(pending)} missed and ${pending === 1 ? 'is' : 'are'} being fetched`);
  if (lost > 0) parts.push(`${lost} could not be fetched: please say again what I did not react to`);
  return `Deliveries: ${parts.join('; ')}.`;
}

/** Whether anything that was said here may not have been heard. */
function listenedLine({ heardTo, found }: ListenedFacts): string {
  const more = found === 0 ? '' : `; ${found} that no delivery brought ${were(found)} found in the last 24 h`;
  return `Mentions: all heard up to ${heardTo}${more}.`;
}

function were(count: number): string {
  return count === 1 ? 'was' : 'were';
}

/** Why nothing further belongs to a request; undefined while something does. */
export function endedLine({ ended }: Pick<WorkRequest, 'ended'>): string | undefined {
  switch (ended) {
    case null:
      return undefined;
    case 'merged':
      return 'The change was merged. A new comment begins a new request.';
    case 'closed':
      return 'This was closed. A new comment begins a new request.';
    case 'branch-deleted':
      return 'The branch was deleted. A new comment begins a new request.';
    case 'access-lost':
      return 'I may not see this repository any more.';
  }
}

import { changeName } from '../host/host-traits.ts';
import type { Provider } from '../host/repo.ts';
import type { Run, RunStatus, TokenUsage } from './run.ts';

/** Code of the failure of a review that was made and found too much. */
export const REVIEW_FAILURE = 'review';

/** How a status reads to people, in one short line. */
export function headline(run: Run, provider: Provider): string {
  const ofWork = workHeadline(run, provider);
  switch (run.task.kind) {
    case 'review':
      return reviewHeadline(run) ?? ofWork;
    case 'revert':
      return REVERT_HEADLINES[run.status] ?? ofWork;
    case 'change':
    case 'fix':
      return ofWork;
  }
}

const REVERT_HEADLINES: Partial<Record<RunStatus, string>> = {
  provisioning: 'Taking the change back',
  unchanged: 'Nothing is left to take back',
};

function reviewHeadline({ status, failure }: Run): string | undefined {
  switch (status) {
    case 'running':
      return 'Reviewing it';
    case 'publishing':
      return 'Publishing the review';
    case 'succeeded':
      return 'Reviewed';
    case 'unchanged':
      return 'Not reviewed';
    case 'failed':
      return failure?.code === REVIEW_FAILURE ? 'Reviewed' : undefined;
    default:
      return undefined;
  }
}

function workHeadline(run: Run, provider: Provider): string {
  switch (run.status) {
    case 'queued':
      return 'Waiting for a worker';
    case 'provisioning':
      return 'Preparing the workspace';
    case 'running':
      return 'Working on it';
    case 'publishing':
      return 'Publishing the change';
    case 'awaiting_approval':
      return run.awaiting?.subject === 'plan' ? 'The plan waits for approval' : 'The change waits for approval';
    case 'succeeded':
      if (run.change === null) return 'Done';
      return `${run.task.base === null ? 'Opened' : 'Updated'} ${changeName(provider, run.change.number)}`;
    case 'unchanged':
      return 'No change needed';
    case 'failed':
      return 'Failed';
    case 'timed_out':
      return 'Stopped: out of time';
    case 'cancelled':
      return 'Cancelled';
  }
}

const ICONS: Readonly<Record<RunStatus, string>> = {
  queued: '⏳',
  provisioning: '⚙️',
  running: '⚙️',
  publishing: '⚙️',
  awaiting_approval: '✋',
  succeeded: '✅',
  unchanged: '☑️',
  failed: '❌',
  timed_out: '❌',
  cancelled: '🚫',
};

/** The sign before the headline. */
export function icon(status: RunStatus): string {
  return ICONS[status];
}

/** Tokens as people read them, e.g. `12,345 tokens (10,000 in, of which 4,000 cached, 2,345 out)`. */
function tokens(usage: TokenUsage): string {
  const count = (value: number): string => value.toLocaleString('en-US');
  const total = usage.inputTokens + usage.outputTokens;
  return `${count(total)} tokens (${count(usage.inputTokens)} in, of which ${count(usage.cachedInputTokens)} cached; ${count(usage.outputTokens)} out)`;
}

const CENT = 0.01;

function dollars(costUsd: number): string {
  return costUsd < CENT ? 'less than $0.01' : `$${costUsd.toFixed(2)}`;
}

/** What a run used of the model: its tokens, and dollars where the price is known. */
export function spent(run: Pick<Run, 'usage' | 'costUsd'>): string {
  return run.costUsd === null ? tokens(run.usage) : `${tokens(run.usage)}, ${dollars(run.costUsd)}`;
}

/** Time from start to end of a run, or to `now` while it lasts, e.g. `1 min 05 s`; empty before the start. */
export function elapsed(run: Run, now: string): string {
  if (run.startedAt === null) return '';
  const seconds = Math.max(0, Math.round((Date.parse(run.finishedAt ?? now) - Date.parse(run.startedAt)) / 1000));
  const rest = String(seconds % 60).padStart(2, '0');
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${rest} s`;
}

const BLOCKED_SHOWN_MAX = 10;

/** One line about hosts the workspace was not let reach and how to allow them; undefined when there were none. */
export function blockedLine({ blocked }: Pick<Run, 'blocked'>): string | undefined {
  const hosts = Object.entries(blocked).toSorted(([, a], [, b]) => b - a);
  if (hosts.length === 0) return undefined;
  const shown = hosts.slice(0, BLOCKED_SHOWN_MAX).map(([host, times]) => `\`${host}\` (${timesOf(times)})`);
  const more = hosts.length - shown.length;
  const list = [...shown, ...(more > 0 ? [`${more} more`] : [])].join(', ');
  return `blocked: ${list}; add hosts to \`egress:\` in the repository's configuration file to allow them`;
}

function timesOf(count: number): string {
  return count === 1 ? 'once' : `${count.toLocaleString('en-US')} times`;
}

/** Where the unfinished work of a run was put; undefined when nothing was kept. */
export function savedLine({ savedBranch }: Pick<Run, 'savedBranch'>): string | undefined {
  return savedBranch === null ? undefined : `Work in progress was kept in branch \`${savedBranch}\`.`;
}

import type { Run, RunStatus, TokenUsage } from './run.ts';

/** How a status reads to people, in one short line. */
export function headline(run: Run): string {
  switch (run.status) {
    case 'queued':
      return 'Waiting for a worker';
    case 'provisioning':
      return 'Preparing the workspace';
    case 'running':
      return 'Working on it';
    case 'publishing':
      return 'Publishing the change';
    case 'succeeded':
      return run.change === null ? 'Done' : `Opened pull request #${run.change.number}`;
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
export function tokens(usage: TokenUsage): string {
  const count = (value: number): string => value.toLocaleString('en-US');
  const total = usage.inputTokens + usage.outputTokens;
  return `${count(total)} tokens (${count(usage.inputTokens)} in, of which ${count(usage.cachedInputTokens)} cached; ${count(usage.outputTokens)} out)`;
}

/** Time from start to end of a run, or to `now` while it lasts, e.g. `1 min 05 s`; empty before the start. */
export function elapsed(run: Run, now: string): string {
  if (run.startedAt === null) return '';
  const seconds = Math.max(0, Math.round((Date.parse(run.finishedAt ?? now) - Date.parse(run.startedAt)) / 1000));
  const rest = String(seconds % 60).padStart(2, '0');
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${rest} s`;
}

import type { RunLogEvent } from '../../../app/core/contracts/run-log.ts';

/** A stretch of a run. Times are ISO 8601 UTC. */
export interface Stage {
  readonly name: string;
  readonly from: string;
  to: string;
}

/** Stages of the log by what a reader calls them; those that are not here begin nothing. */
const NAMES: Readonly<Record<string, string>> = {
  provisioning: 'Workspace',
  workspace: 'Workspace',
  clone: 'Clone',
  rules: 'Rules',
  'set-up': 'Set-up',
  setup: 'Set-up',
  codex: 'Agent',
  diff: 'Diff',
  approval: 'Approval',
  git: 'Push',
  mr: 'Pull request',
  review: 'Review',
};

/** What a run did from when to when, read from its log. */
export class Stages {
  readonly list: Stage[] = [];

  /** Whether the event began a further stage. */
  append(event: RunLogEvent): boolean {
    const last = this.list.at(-1);
    if (last !== undefined) last.to = event.created_at;
    const name = event.stage === undefined ? undefined : NAMES[event.stage];
    if (name === undefined || name === last?.name) return false;
    this.list.push({ name, from: event.created_at, to: event.created_at });
    return true;
  }
}

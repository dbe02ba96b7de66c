import { z } from 'zod';
import { RunLogEvent } from '#core/contracts/run-log.ts';

/** Input of the ask `log`. */
export const LogAsk = z.object({ requestId: z.string() });

/** When the steps of a run were noted, in milliseconds since the epoch. */
export interface RunLogTimes {
  readonly submitted: number;
  readonly claimed: number;
  readonly workspaceReady: number;
  readonly diffCollected: number;
}

/** Reads the times from a whole log. Throws when a step is missing, since the run was then not the one to measure. */
export function runLogTimes(log: unknown): RunLogTimes {
  const events = z.array(RunLogEvent).parse(log);
  const at = (what: string, is: (event: RunLogEvent) => boolean): number => {
    const found = events.find(is);
    if (found === undefined) throw new Error(`the log of the run does not tell: ${what}`);
    return Date.parse(found.created_at);
  };
  const stage = (name: string) => (event: RunLogEvent) => event.type === 'status' && event.stage === name;
  return {
    submitted: at('submitted', ({ type }) => type === 'user_prompt'),
    claimed: at('claimed', stage('provisioning')),
    workspaceReady: at('workspace ready', stage('workspace')),
    diffCollected: at('diff collected', stage('diff')),
  };
}

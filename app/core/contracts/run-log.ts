import { z } from 'zod';

/** Types of run-log events, in the words that clients of the reference product know. */
const RunLogType = z.enum([
  'user_prompt',
  'user_message',
  'status',
  'command',
  'log',
  'assistant_message',
  'error',
  'completed',
]);

/**
 * One run-log event, version 1. Text fields are redacted before the event exists outside the worker.
 * `final` marks the last event of a run, on success and on failure, so that a reader knows when to stop.
 */
export const RunLogEvent = z.object({
  v: z.literal(1),
  type: RunLogType,
  stage: z.string().optional(),
  message: z.string().optional(),
  command: z.string().optional(),
  cwd: z.string().optional(),
  exit_code: z.number().int().optional(),
  request_id: z.uuid(),
  run_id: z.uuid(),
  /** ISO 8601 UTC. */
  created_at: z.string(),
  final: z.boolean().optional(),
});
export type RunLogEvent = z.infer<typeof RunLogEvent>;

/** What a producer says; ids, time and version are added where the event is appended. */
export type RunLogEntry = Pick<RunLogEvent, 'type'> &
  Partial<Pick<RunLogEvent, 'stage' | 'message' | 'command' | 'cwd' | 'exit_code' | 'final'>>;

/** A stored event and its place in the log: `position` grows strictly over all runs of a request. */
export interface PlacedRunLogEvent {
  readonly position: number;
  readonly event: RunLogEvent;
}

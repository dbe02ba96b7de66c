import { z } from 'zod';

/** All job names. */
export const JOB_NAMES = [
  'handle-delivery',
  'execute-run',
  'report-progress',
  'continue-request',
  'follow-incident',
] as const;

/** A job's name. */
export type JobName = (typeof JOB_NAMES)[number];

/** Every job by name; a payload carries ids only, because Postgres is the truth and a queue can be forged or lost. */
export const Jobs = {
  'handle-delivery': z.object({ deliveryId: z.uuid() }),
  'execute-run': z.object({ runId: z.uuid() }),
  'report-progress': z.object({ requestId: z.uuid() }),
  'continue-request': z.object({ requestId: z.uuid() }),
  'follow-incident': z.object({ incidentId: z.uuid() }),
} as const satisfies Readonly<Record<JobName, z.ZodType>>;

/** A job's payload by its name. */
export type JobPayload<Name extends JobName> = z.infer<(typeof Jobs)[Name]>;

/** A job to be queued, as one value per name. */
export type Job = { [Name in JobName]: { readonly name: Name; readonly payload: JobPayload<Name> } }[JobName];

/** The queue of a job: one per name, so that runs of half an hour never hold up the jobs of a moment. */
export function queueNameOf(name: JobName): string {
  return `astraforge-${name}`;
}

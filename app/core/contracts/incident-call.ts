import { z } from 'zod';

/** Event of such a delivery. */
export const INCIDENT_EVENT = 'incident';

/**
 * That an incident is to have its issue and its request: the body of a delivery of provider `api` that our own workers record, so
 * that it is read, repeated and settled like any other. `former` and `release`: the change that was to mend it, and where the failure
 * came back all the same.
 */
export const IncidentCall = z.object({
  incident_id: z.uuid(),
  round: z.int().min(1),
  former: z.int().nullable(),
  release: z.string().nullable(),
});
export type IncidentCall = z.infer<typeof IncidentCall>;

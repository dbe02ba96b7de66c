import { z } from 'zod';

/** What the load generator is to send. */
export const LoadPlan = z.object({
  url: z.url(),
  secret: z.string(),
  /** Status that every answer must have. */
  status: z.number(),
  /** `closed`: each connection sends its next delivery when the last was answered. `open`: at a fixed rate, come what may. */
  pace: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('closed'), connections: z.number(), durationMs: z.number(), countMax: z.number() }),
    z.object({ kind: z.literal('open'), perSecond: z.number(), durationMs: z.number(), connectionsMax: z.number() }),
  ]),
});
export type LoadPlan = z.infer<typeof LoadPlan>;

/** What came of it. Times in milliseconds; in an open load they begin when a delivery was due, not when it was sent. */
export const LoadResult = z.object({
  answered: z.number(),
  elapsedMs: z.number(),
  p50Ms: z.number(),
  p99Ms: z.number(),
  maxMs: z.number(),
  /** Processor time of the generator itself, as a share of one processor. */
  generatorShare: z.number(),
});
export type LoadResult = z.infer<typeof LoadResult>;

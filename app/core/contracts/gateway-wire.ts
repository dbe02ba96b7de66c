import { z } from 'zod';

const Count = z.number().int().nonnegative();

const Usage = z.object({
  inputTokens: Count,
  cachedInputTokens: Count,
  outputTokens: Count,
  reasoningTokens: Count,
});

/**
 * What a worker asks of the gateway service for one run; the answer is {@link DoorOpened}. Sent as `POST /doors` with the
 * secret of both as bearer token, as everything here is. Money in US dollars.
 */
export const DoorOrder = z.object({
  runId: z.string().min(1).max(200),
  epoch: Count,
  budget: z.object({
    tokensMax: Count,
    costUsdMax: z.number().nonnegative().nullable(),
    deadline: z.iso.datetime(),
  }),
  models: z.array(z.string().min(1).max(200)).max(100),
  egress: z.array(z.string().min(1).max(300)).max(1_000),
});
export type DoorOrder = z.infer<typeof DoorOrder>;

/**
 * A door for a run. `token` opens it and is known to nobody else. `guests` is where workspaces find the service; without a
 * host it is the one under which the worker found it.
 */
export const DoorOpened = z.object({
  id: z.string().regex(/^[A-Za-z0-9_-]{1,64}$/),
  token: z.string().min(1).max(200),
  guests: z.object({ host: z.string().min(1).optional(), port: z.number().int().min(1).max(65_535) }),
});
export type DoorOpened = z.infer<typeof DoorOpened>;

/** Where a run stands at its doors; always the whole, so that the last one said is enough. */
export const DoorStanding = z.object({
  usage: Usage,
  costUsd: z.number().nonnegative().nullable(),
  exhausted: z.enum(['tokens', 'cost', 'deadline']).nullable(),
});
export type DoorStanding = z.infer<typeof DoorStanding>;

const RecordedCall = z.object({
  runId: z.string(),
  epoch: Count,
  startedAt: z.string(),
  tookMs: z.number().nonnegative(),
  status: z.number().int(),
  model: z.string().nullable(),
  usage: Usage.nullable(),
  request: z.string(),
  response: z.string(),
  cut: z.boolean(),
});

/** Something that happened at a door. */
export const DoorEvent = z.discriminatedUnion('event', [
  z.object({ event: z.literal('standing'), standing: DoorStanding }),
  z.object({ event: z.literal('refused'), door: z.enum(['model', 'egress']), what: z.string() }),
  z.object({ event: z.literal('call'), call: RecordedCall }),
]);
export type DoorEvent = z.infer<typeof DoorEvent>;

/**
 * One line of an answer to `POST /doors/<id>/events?after=<n>` or `…/close?after=<n>`. Numbers count up from 1 per door and may
 * leave gaps; `after` says up to which one the worker has everything. The first answer stays open for some seconds and ends;
 * asking again in time keeps the door open. The second closes the door and gives what is left.
 */
export const NumberedDoorEvent = z.object({ number: z.number().int().positive(), said: DoorEvent });
export type NumberedDoorEvent = z.infer<typeof NumberedDoorEvent>;

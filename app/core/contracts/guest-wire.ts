import { z } from 'zod';

/** Bytes one text of a request may have that a stranger could have written. */
const NAME_CHARACTERS_MAX = 255;

/** How the guest gets out; see `GuestDoors`. */
const Doors = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('sockets'), directory: z.string().startsWith('/') }),
  z.object({
    kind: z.literal('network'),
    host: z.string().min(1).max(NAME_CHARACTERS_MAX),
    port: z.number().int().min(1).max(65_535),
    token: z.string().min(1).max(4_096),
  }),
]);

/** What the worker and the sandbox process say to each other about guests; bodies are JSON unless said otherwise. */
export const CreateGuest = z.object({
  labels: z.object({ runId: z.string().min(1).max(200), epoch: z.number().int().nonnegative() }),
  doors: Doors,
  image: z.string().min(1).max(NAME_CHARACTERS_MAX).optional(),
});

export type CreateGuest = z.infer<typeof CreateGuest>;

/** The guest that came of a {@link CreateGuest}. */
export const CreatedGuest = z.object({
  id: z.string().min(1),
  madeFrom: z.string().min(1).max(1_000),
  provisioner: z.string().min(1),
  paths: z.object({ workspace: z.string(), home: z.string(), sockets: z.string() }),
});

export type CreatedGuest = z.infer<typeof CreatedGuest>;

/** Answer to the question whether the sandbox can work. */
export const SandboxReady = z.object({ provisioner: z.string().min(1), doors: z.enum(['sockets', 'network']) });

/** First line of an exec request; when `hasStdin`, every later byte of the body is stdin. Times in ms, sizes in bytes. */
export const ExecHead = z.object({
  execId: z.uuid(),
  argv: z.array(z.string()).min(1),
  cwd: z.string().startsWith('/').optional(),
  env: z.record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/), z.string()).optional(),
  timeoutMs: z.number().int().positive(),
  outputBytesMax: z.number().int().nonnegative(),
  offline: z.boolean().optional(),
  hasStdin: z.boolean(),
});

export type ExecHead = z.infer<typeof ExecHead>;

/** How a command ended; its output went before, frame by frame. */
export const ExecEnd = z.object({
  end: z.enum(['exited', 'timeout', 'output-limit', 'aborted']),
  exitCode: z.number().int().nullable(),
});

/** An AppError without its cause, which stays in the log of the process that knows it. */
export const WireError = z.object({
  code: z.enum(['invalid', 'denied', 'missing', 'conflict', 'unavailable', 'ambiguous', 'limited', 'internal']),
  message: z.string(),
});
export type WireError = z.infer<typeof WireError>;

/** One line of the answer to a {@link CreateGuest}: steps, as many as there are, then the guest or what went wrong. */
export const CreationLine = z.union([
  z.object({ progress: z.string() }),
  z.object({ guest: CreatedGuest }),
  z.object({ error: WireError }),
]);
export type CreationLine = z.infer<typeof CreationLine>;

/** One line from the sandbox while it reaps: may a guest with these labels go? Answered with one {@link ReapAnswer}. */
export const ReapQuestion = z.union([CreateGuest.shape.labels, z.object({ reaped: z.number().int() }), WireError]);

/** One line from the worker while the sandbox reaps. */
export const ReapAnswer = z.object({ live: z.boolean() });

/** Kinds of frames in the answer to an exec request; `end` and `error` carry JSON and are the last. */
export const FRAME_KINDS = { stdout: 1, stderr: 2, end: 3, error: 4 } as const;

const FRAME_HEADER_BYTES = 5;
const LENGTH_OFFSET = 1;

/** One frame: its kind in one byte, the payload's length in four (big-endian), the payload. */
export function encodeFrame(kind: number, payload: Uint8Array): Uint8Array {
  const frame = new Uint8Array(FRAME_HEADER_BYTES + payload.length);
  frame[0] = kind;
  new DataView(frame.buffer).setUint32(LENGTH_OFFSET, payload.length);
  frame.set(payload, FRAME_HEADER_BYTES);
  return frame;
}

/** Takes a stream of frames apart, however it is cut; `onFrame` gets each whole frame once, in order. */
export function createFrameDecoder(onFrame: (kind: number, payload: Uint8Array) => void): (chunk: Uint8Array) => void {
  let pending: Uint8Array = new Uint8Array();
  return (chunk) => {
    const joined = new Uint8Array(pending.length + chunk.length);
    joined.set(pending);
    joined.set(chunk, pending.length);
    let offset = 0;
    while (joined.length - offset >= FRAME_HEADER_BYTES) {
      const view = new DataView(joined.buffer, offset, FRAME_HEADER_BYTES);
      const end = offset + FRAME_HEADER_BYTES + view.getUint32(LENGTH_OFFSET);
      if (end > joined.length) break;
      onFrame(view.getUint8(0), joined.slice(offset + FRAME_HEADER_BYTES, end));
      offset = end;
    }
    pending = joined.slice(offset);
  };
}

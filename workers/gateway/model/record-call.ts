import type { TokenUsage } from '#core/domain/run/run.ts';
import type { Redactor } from '#core/domain/text/secrets.ts';
import type { Logger } from '#core/ports/runtime.ts';
import type { ModelCall } from '#core/ports/model-calls.ts';
import type { ByteRoom } from './read-body.ts';
import { createRecordShares, type RecordShare } from './record-shares.ts';

/** Where calls are recorded, and what makes their bodies fit to be kept. */
export interface RecorderOptions {
  readonly redactor: Pick<Redactor, 'redact'>;
  /** Writes one call, e.g. `store.modelCalls.recordCall`; a failure is logged and costs only the record. */
  readonly record: (call: ModelCall) => Promise<void>;
  readonly logger: Logger;
}

/** A call as it begins. */
export interface BegunCall {
  readonly runId: string;
  readonly epoch: number;
  readonly model: string;
  readonly request: Buffer;
}

/** One call that is being recorded. */
export interface CallRecording {
  /** Takes the next piece of the answer. */
  write(piece: Buffer): void;
  /** The call is over; only the first time counts. */
  end(outcome: { readonly status: number; readonly usage: TokenUsage | null }): void;
}

/** Keeps what went over the wire, one call after the other and never in the way of one. */
export interface CallRecorder {
  open(call: BegunCall): CallRecording;
  /** Waits until all that ended so far has been written or has failed. */
  settle(): Promise<void>;
}

/** Characters kept of each body, about; a body that was longer is `cut`. */
export const BODY_BYTES_MAX = 2 * 1024 * 1024;
/** A secret that the cut goes through is not recognised, so what stands before the cut is dropped as well. */
const BEFORE_CUT_CHARACTERS = 8 * 1024;

/** Opens a recorder; one for all runs of a process. */
export function createCallRecorder({ redactor, record, logger }: RecorderOptions): CallRecorder {
  const shareOf = createRecordShares(logger);
  let last: Promise<void> = Promise.resolve();

  const release = (bodies: Bodies, share: RecordShare): void => {
    for (const body of bodies) body.release();
    share.end();
  };
  const write = async (bodies: Bodies, facts: CallFacts, share: RecordShare): Promise<void> => {
    try {
      const [request, response] = [await redacted(bodies[0], redactor), await redacted(bodies[1], redactor)];
      await record({ ...facts, request, response, cut: bodies.some((body) => body.cut()) });
    } catch (err) {
      logger.error({ err, runId: facts.runId }, 'a model call was not recorded');
    } finally {
      release(bodies, share);
    }
  };
  return {
    settle: () => last,
    open({ request, ...call }) {
      const begunAt = Date.now();
      const share = shareOf(call.runId);
      const bodies = [keepBody(share.room), keepBody(share.room)] as const;
      bodies[0].write(request);
      let over = false;
      return {
        write: (piece) => bodies[1].write(piece),
        end({ status, usage }) {
          if (over) return;
          over = true;
          const startedAt = new Date(begunAt).toISOString();
          const facts = { ...call, startedAt, tookMs: Date.now() - begunAt, status, usage };
          if (!share.mayWait()) return release(bodies, share);
          last = last.then(() => write(bodies, facts, share));
        },
      };
    },
  };
}

/** Of request and answer. */
type Bodies = readonly [KeptBody, KeptBody];
type CallFacts = Omit<ModelCall, 'request' | 'response' | 'cut'>;

interface KeptBody {
  write(piece: Buffer): void;
  text(): string;
  cut(): boolean;
  release(): void;
}

/** Keeps the first bytes of a body, as far as they fit; copies, since a piece may belong to something far larger. */
function keepBody(room: ByteRoom): KeptBody {
  const pieces: Buffer[] = [];
  let kept = 0;
  let cut = false;
  return {
    write(piece) {
      if (cut || piece.length === 0) return;
      const fitting = piece.subarray(0, BODY_BYTES_MAX - kept);
      const taken = room.take(fitting.length);
      cut = !taken || fitting.length < piece.length;
      if (!taken) return;
      kept += fitting.length;
      pieces.push(Buffer.from(fitting));
    },
    text: () => Buffer.concat(pieces).toString('utf8'),
    cut: () => cut,
    release: () => {
      room.give(kept);
      pieces.length = 0;
    },
  };
}

/** The text without secrets; each body is given a turn of the event loop of its own. */
async function redacted(body: KeptBody, redactor: Pick<Redactor, 'redact'>): Promise<string> {
  await new Promise<void>((resolve) => setImmediate(resolve));
  const clean = redactor.redact(body.text());
  return body.cut() ? clean.slice(0, -BEFORE_CUT_CHARACTERS) : clean;
}

import type { Logger } from '#core/ports/runtime.ts';
import { createByteRoom, type ByteRoom } from './read-body.ts';

/** One call's part in what its run may hold of a recorder. */
export interface RecordShare {
  /** Bytes for bodies, shared by all calls of the run. */
  readonly room: ByteRoom;
  /** Whether the call, now over, may wait to be written; one that may not is counted as left out. */
  mayWait(): boolean;
  /** The call is written or left out, and its bytes are given back. Once per call. */
  end(): void;
}

/**
 * Bytes of bodies of one run that wait to be written or belong to calls under way; beyond that its calls are recorded without
 * bodies. For each run, so that none strips the records of another.
 */
const HELD_BYTES_MAX = 16 * 1024 * 1024;
/** Calls of one run that wait to be written; beyond that a call is not recorded. */
const WAITING_MAX = 1_000;

interface RunShare {
  readonly room: ByteRoom;
  /** Calls that are under way or wait. */
  held: number;
  waiting: number;
  leftOut: number;
}

/** Opens the shares of all runs; called for each call as it begins. What was left out of a run is logged once, with its number. */
export function createRecordShares(logger: Pick<Logger, 'warn'>): (runId: string) => RecordShare {
  const shares = new Map<string, RunShare>();
  return (runId) => {
    const share = shares.get(runId) ?? { room: createByteRoom(HELD_BYTES_MAX), held: 0, waiting: 0, leftOut: 0 };
    shares.set(runId, share);
    share.held += 1;
    let waits = false;
    return {
      room: share.room,
      mayWait() {
        waits = share.waiting < WAITING_MAX;
        share[waits ? 'waiting' : 'leftOut'] += 1;
        return waits;
      },
      end() {
        if (waits) share.waiting -= 1;
        share.held -= 1;
        if (share.held > 0) return;
        shares.delete(runId);
        if (share.leftOut > 0) logger.warn({ runId, calls: share.leftOut }, 'model calls were left out of the record');
      },
    };
  };
}

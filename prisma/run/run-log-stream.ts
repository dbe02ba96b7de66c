import { z } from 'zod';
import type { PlacedRunLogEvent } from '#core/contracts/run-log.ts';
import type { RunLogStream } from '#core/ports/run-log.ts';
import type { RunLogRecord } from '#core/ports/store.ts';
import { RUN_LOG_CHANNEL, type Database } from '../database/database.ts';

/** Events read at once. */
const PAGE_EVENTS_MAX = 256;
/** A follower looks into the record this often even if nothing was announced: an announcement is a hint, not a promise. */
const POLL_MS = 5_000;

/** Rings for one follower: remembers a ring that comes while nobody waits. */
interface Bell {
  ring(): void;
  wait(ms: number, signal: AbortSignal): Promise<void>;
}

function bell(): Bell {
  let rung = false;
  let wake: (() => void) | undefined;
  return {
    ring() {
      rung = true;
      wake?.();
    },
    async wait(ms, signal) {
      if (!rung && !signal.aborted) {
        await new Promise<void>((resolve) => {
          const done = () => {
            clearTimeout(timer);
            signal.removeEventListener('abort', done);
            wake = undefined;
            resolve();
          };
          const timer = setTimeout(done, ms);
          signal.addEventListener('abort', done, { once: true });
          wake = done;
        });
      }
      rung = false;
    },
  };
}

async function* follow(
  record: RunLogRecord,
  from: { requestId: string; position: number },
  until: { rings: Bell; signal: AbortSignal },
): AsyncGenerator<PlacedRunLogEvent> {
  let { position } = from;
  while (!until.signal.aborted) {
    const page = await record.readLog(from.requestId, position, PAGE_EVENTS_MAX);
    for (const placed of page) {
      if (until.signal.aborted) return;
      position = placed.position;
      yield placed;
    }
    if (page.length < PAGE_EVENTS_MAX) await until.rings.wait(POLL_MS, until.signal);
  }
}

/**
 * The live run log on the database itself: an announcement (NOTIFY) makes followers read on in the record, so there is
 * neither gap nor duplicate. Where many people watch, Redis spares the database these reads.
 */
export function openRunLogStream(database: Database, record: RunLogRecord): RunLogStream {
  const bells = new Map<string, Set<Bell>>();
  let listening: Promise<unknown> | undefined;

  function heard(requestId: string | undefined): void {
    const rung =
      requestId === undefined ? [...bells.values()].flatMap((set) => [...set]) : (bells.get(requestId) ?? []);
    for (const one of rung) one.ring();
  }

  return {
    async publish(requestId) {
      const statement = {
        action: 'Announcing run-log events',
        text: 'select pg_notify($1, $2)',
        values: [RUN_LOG_CHANNEL, requestId],
      };
      // Followers look again by themselves.
      await database.rows(z.unknown(), statement).catch(() => undefined);
    },

    async *follow(requestId, position, signal) {
      const rings = bell();
      const set = bells.get(requestId) ?? new Set<Bell>();
      bells.set(requestId, set.add(rings));
      try {
        listening ??= database.listen(RUN_LOG_CHANNEL, heard).catch(() => (listening = undefined));
        await listening;
        yield* follow(record, { requestId, position }, { rings, signal });
      } finally {
        set.delete(rings);
        if (set.size === 0 && bells.get(requestId) === set) bells.delete(requestId);
      }
    },

    async close() {
      bells.clear();
    },
  };
}

import { Redis } from 'ioredis';
import { z } from 'zod';
import { RunLogEvent, type PlacedRunLogEvent } from '#core/contracts/run-log.ts';
import type { RunLogStream } from '#core/ports/run-log.ts';
import type { Logger } from '#core/ports/runtime.ts';
import type { RunLogRecord } from '#core/ports/store.ts';

/** Settings of the live run log on Redis. */
export interface RunLogStreamOptions {
  readonly url: string;
  /** Streams are named `<prefix>:<request id>`. */
  readonly prefix: string;
  /** Events kept per stream, about: Redis trims whole nodes. */
  readonly maxLength: number;
  /** How long a follower waits on Redis before it looks into the record. */
  readonly blockMs: number;
  /** Life of a stream after its last event. */
  readonly retentionSeconds: number;
}

const CONNECT_TIMEOUT_MS = 1_500;
const PUBLISH_TIMEOUT_MS = 1_000;
/** A follower polls the record this often at least while Redis is away. */
const AWAY_POLL_MS = 1_000;
const PAGE_EVENTS_MAX = 256;
const NOTHING_YET = '0-0';

const StreamEntry = z.tuple([z.string(), z.tuple([z.string(), z.string(), z.string(), z.string()])]);
/** XREAD on one stream, RESP2: [[key, entries]]; XREVRANGE: entries. */
const ReadReply = z.array(z.tuple([z.string(), z.array(StreamEntry)])).nullable();
const Latest = z.array(StreamEntry);
type StreamEntry = z.infer<typeof StreamEntry>;

/** Where a follower stands: the last position it gave and the last stream entry it saw. */
interface Follower {
  readonly requestId: string;
  readonly key: string;
  position: number;
  cursor: string;
}

function connectionTo(url: string, limits: { commandTimeout?: number } = {}): Redis {
  const connectTimeout = CONNECT_TIMEOUT_MS;
  const redis = new Redis(url, { protocol: 2, lazyConnect: true, connectTimeout, maxRetriesPerRequest: 1, ...limits });
  return redis.on('error', () => undefined);
}

async function* caughtUp(record: RunLogRecord, follower: Follower): AsyncGenerator<PlacedRunLogEvent> {
  for (;;) {
    const page = await record.readLog(follower.requestId, follower.position, PAGE_EVENTS_MAX);
    for (const placed of page) {
      follower.position = placed.position;
      yield placed;
    }
    if (page.length < PAGE_EVENTS_MAX) return;
  }
}

/** New entries; an empty list when nothing came in time, undefined when Redis did not answer. */
async function readStream(redis: Redis, follower: Follower, blockMs: number): Promise<StreamEntry[] | undefined> {
  try {
    const block = ['COUNT', PAGE_EVENTS_MAX, 'BLOCK', blockMs, 'STREAMS', follower.key, follower.cursor];
    const reply = ReadReply.parse(await redis.call('XREAD', block));
    return reply?.[0]?.[1] ?? [];
  } catch {
    return undefined;
  }
}

/** The stream's newest entry, so that whatever is published while the record is read is seen afterwards. */
async function newestEntry(redis: Redis, key: string): Promise<string> {
  try {
    const [newest] = Latest.parse(await redis.call('XREVRANGE', [key, '+', '-', 'COUNT', 1]));
    return newest?.[0] ?? NOTHING_YET;
  } catch {
    return NOTHING_YET;
  }
}

function eventOf([, [, position, , json]]: StreamEntry): PlacedRunLogEvent | undefined {
  try {
    return { position: Number(position), event: RunLogEvent.parse(JSON.parse(json)) };
  } catch {
    return undefined;
  }
}

/** Positions have no holes: the next one is given as it is, an older one was given already, anything else is looked up. */
async function* inOrder(
  record: RunLogRecord,
  follower: Follower,
  entries: readonly StreamEntry[],
): AsyncGenerator<PlacedRunLogEvent> {
  for (const entry of entries) {
    [follower.cursor] = entry;
    const placed = eventOf(entry);
    if (placed !== undefined && placed.position <= follower.position) continue;
    if (placed?.position === follower.position + 1) {
      follower.position = placed.position;
      yield placed;
    } else yield* caughtUp(record, follower);
  }
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done, { once: true });
    if (signal.aborted) done();
  });
}

async function append(
  redis: Redis,
  { key, maxLength, retentionSeconds }: { key: string; maxLength: number; retentionSeconds: number },
  events: readonly PlacedRunLogEvent[],
): Promise<void> {
  const batch = redis.pipeline();
  for (const { position, event } of events) {
    batch.xadd(key, 'MAXLEN', '~', maxLength, '*', 'p', position, 'e', JSON.stringify(event));
  }
  const outcomes = (await batch.expire(key, retentionSeconds).exec()) ?? [];
  for (const [error] of outcomes) if (error !== null) throw error;
}

async function* followed(
  redis: Redis,
  { record, follower, blockMs }: { record: RunLogRecord; follower: Follower; blockMs: number },
  signal: AbortSignal,
): AsyncGenerator<PlacedRunLogEvent> {
  follower.cursor = await newestEntry(redis, follower.key);
  if (!signal.aborted) yield* caughtUp(record, follower);
  while (!signal.aborted) {
    const entries = await readStream(redis, follower, blockMs);
    if (signal.aborted) return;
    if (entries === undefined) await pause(Math.min(blockMs, AWAY_POLL_MS), signal);
    if (entries === undefined || entries.length === 0) yield* caughtUp(record, follower);
    else yield* inOrder(record, follower, entries);
  }
}

/**
 * The live run log on Redis Streams. Followers read what is recorded from Postgres and then live from the stream; an
 * event the stream lost is noticed by its position, or within `blockMs`, and read from the record. Each follower has a
 * connection of its own, because a blocking read holds one. `follow` throws what reading the record throws.
 */
export function openRunLogStream(
  options: RunLogStreamOptions,
  { record, logger }: { record: RunLogRecord; logger: Logger },
): RunLogStream {
  const { url, prefix, blockMs } = options;
  const writer = connectionTo(url, { commandTimeout: PUBLISH_TIMEOUT_MS });
  let away = false;
  return {
    async publish(requestId, events) {
      try {
        await append(writer, { ...options, key: `${prefix}:${requestId}` }, events);
        away = false;
      } catch (err) {
        // Liveness is all that is lost: followers look into the record by themselves. Said once per outage.
        if (!away) logger.warn({ err, requestId }, 'publishing live log events failed, readers use the record');
        away = true;
      }
    },

    async *follow(requestId, position, signal) {
      const redis = connectionTo(url);
      const leave = () => redis.disconnect();
      signal.addEventListener('abort', leave, { once: true });
      try {
        const follower: Follower = { requestId, key: `${prefix}:${requestId}`, position, cursor: NOTHING_YET };
        yield* followed(redis, { record, follower, blockMs }, signal);
      } finally {
        signal.removeEventListener('abort', leave);
        redis.disconnect();
      }
    },

    async close() {
      writer.disconnect();
    },
  };
}

import { beforeEach, describe, expect, test } from 'vitest';
import type { PlacedRunLogEvent, RunLogEvent } from '#core/contracts/run-log.ts';
import type { Run } from '#core/domain/run/run.ts';
import type { RunLogStream } from '#core/ports/run-log.ts';
import type { Claim } from '#core/domain/run/claim.ts';
import type { Store } from '#core/ports/store.ts';
import { eventually } from './eventually.ts';
import { anEvent, claimed, submitted, type StoreSubject } from './store-subject.ts';

/** A stream under test with the store that has its record. */
export interface StreamSubject extends StoreSubject {
  readonly stream: RunLogStream;
}

/** Somebody who follows, and what they saw. */
interface Watcher extends AsyncDisposable {
  readonly seen: PlacedRunLogEvent[];
  readonly ended: Promise<void>;
  stop(): void;
}

function watch(stream: RunLogStream, requestId: string, position: number): Watcher {
  const abort = new AbortController();
  const seen: PlacedRunLogEvent[] = [];
  const read = async () => {
    for await (const placed of stream.follow(requestId, position, abort.signal)) seen.push(placed);
  };
  const ended = read();
  const stop = () => abort.abort();
  return { seen, ended, stop, [Symbol.asyncDispose]: () => (stop(), ended) };
}

async function say(
  { store, stream }: { store: Store; stream: RunLogStream },
  claim: Claim,
  log: readonly RunLogEvent[],
): Promise<void> {
  const placed = await store.runs.advance(claim, { log });
  if (placed === 'lost') throw new Error('the claim was lost');
  await stream.publish(log[0]?.request_id ?? '', placed);
}

const upTo = (last: number, first = 1) => Array.from({ length: last - first + 1 }, (_, index) => index + first);
const positions = ({ seen }: Watcher) => seen.map(({ position }) => position);

/** What every live run log promises; called once per implementation. */
export function runLogStreamContract(name: string, subjectOf: () => StreamSubject): void {
  describe(`live run log on ${name}`, () => {
    let run: Run;
    let claim: Claim;

    beforeEach(async () => {
      const { store, empty } = subjectOf();
      await empty();
      ({ run } = await submitted(store));
      claim = await claimed(store, run);
    });

    const numbered = (first: number, count: number) =>
      Array.from({ length: count }, (_, index) => anEvent(run, `line ${first + index}`));

    test('a follower gets the record first and then what happens, as it was written', async () => {
      const subject = subjectOf();
      await say(subject, claim, numbered(2, 3));
      await using watcher = watch(subject.stream, run.requestId, 0);
      await eventually(async () => watcher.seen.length === 4);
      await say(subject, claim, numbered(5, 2));
      await eventually(async () => watcher.seen.length === 6);
      expect(watcher.seen).toEqual(await subject.store.log.readLog(run.requestId, 0, 100));
    });

    test('a follower that comes again goes on after its position', async () => {
      const subject = subjectOf();
      await say(subject, claim, numbered(2, 4));
      await using watcher = watch(subject.stream, run.requestId, 3);
      await say(subject, claim, numbered(6, 1));
      await eventually(async () => watcher.seen.length === 3);
      expect(positions(watcher)).toEqual([4, 5, 6]);
    });

    test('followers that come at any moment of a busy log miss nothing and see nothing twice', async () => {
      const subject = subjectOf();
      const watchers: Watcher[] = [];
      for (let step = 0; step < 40; step += 1) {
        if (step % 8 === 0) watchers.push(watch(subject.stream, run.requestId, 0));
        await say(subject, claim, numbered(step * 5 + 2, 5));
      }
      for (const watcher of watchers) {
        await eventually(async () => watcher.seen.length >= 201);
        await watcher[Symbol.asyncDispose]();
        expect(positions(watcher)).toEqual(upTo(201));
      }
    });

    test('what was recorded but never published arrives before what was', async () => {
      const subject = subjectOf();
      await using watcher = watch(subject.stream, run.requestId, 0);
      await eventually(async () => watcher.seen.length === 1);
      await subject.store.runs.advance(claim, { log: numbered(2, 3) });
      await say(subject, claim, numbered(5, 1));
      await eventually(async () => watcher.seen.length === 5);
      expect(positions(watcher)).toEqual(upTo(5));
    });

    test('events published twice or out of turn are seen once and in order', async () => {
      const subject = subjectOf();
      await using watcher = watch(subject.stream, run.requestId, 0);
      await eventually(async () => watcher.seen.length === 1);
      const first = await subject.store.runs.advance(claim, { log: numbered(2, 1) });
      const second = await subject.store.runs.advance(claim, { log: numbered(3, 1) });
      if (first === 'lost' || second === 'lost') throw new Error('the claim was lost');
      for (const placed of [second, first, second]) await subject.stream.publish(run.requestId, placed);
      await say(subject, claim, numbered(4, 1));
      await eventually(async () => watcher.seen.length === 4);
      expect(positions(watcher)).toEqual(upTo(4));
    });

    test('a follower sees its own request only, and ends when it is told to', async () => {
      const subject = subjectOf();
      const other = await submitted(subject.store);
      const watcher = watch(subject.stream, other.request.id, 0);
      await say(subject, claim, numbered(2, 1));
      await eventually(async () => watcher.seen.length === 1);
      watcher.stop();
      await watcher.ended;
      expect(watcher.seen[0]?.event.request_id).toBe(other.request.id);
      const late = watch(subject.stream, run.requestId, 0);
      late.stop();
      await late.ended;
    });
  });
}

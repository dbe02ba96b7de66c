import { expect, test } from 'vitest';
import type { DoorEvent } from '#core/contracts/gateway-wire.ts';
import { NO_USAGE } from '#core/domain/run/run.ts';
import { createEventBacklog, type EventBacklog } from '../../../../workers/gateway/door/event-backlog.ts';

const REFUSED: DoorEvent = { event: 'refused', door: 'model', what: 'tool web_search' };
const CALL: DoorEvent = {
  event: 'call',
  call: {
    ...{ runId: 'r', epoch: 1, startedAt: '2026-08-01T00:00:00.000Z', tookMs: 1, status: 200, model: 'm' },
    ...{ usage: NO_USAGE, request: '{}', response: '{}', cut: false },
  },
};

/** The kinds of all events that wait after a number, in order. */
function waiting(backlog: EventBacklog): string[] {
  const kinds: string[] = [];
  for (let next = backlog.next(0); next !== undefined; next = backlog.next(next.number)) {
    const { said }: { said: DoorEvent } = JSON.parse(next.line);
    kinds.push(said.event);
  }
  return kinds;
}

test('however many refusals wait, calls after them are kept, and what was dropped is counted', () => {
  const backlog = createEventBacklog();
  for (let count = 0; count < 20_000; count += 1) backlog.push(REFUSED);
  for (let count = 0; count < 50; count += 1) backlog.push(CALL);
  const kinds = waiting(backlog);
  expect(kinds.filter((kind) => kind === 'call')).toHaveLength(50);
  expect(kinds.filter((kind) => kind === 'refused')).toHaveLength(500);
  expect(backlog.dropped()).toEqual({ calls: 0, refusals: 19_500 });
});

test('refusals that the worker has heard make room for others', () => {
  const backlog = createEventBacklog();
  for (let count = 0; count < 500; count += 1) backlog.push(REFUSED);
  backlog.acknowledge(500);
  for (let count = 0; count < 501; count += 1) backlog.push(REFUSED);
  expect(waiting(backlog)).toHaveLength(500);
  expect(backlog.dropped()).toEqual({ calls: 0, refusals: 1 });
});

test('a call that finds no room is counted, and the standing is kept all the same', () => {
  const backlog = createEventBacklog(100);
  backlog.push(CALL);
  backlog.push({ event: 'standing', standing: { usage: NO_USAGE, costUsd: 0, exhausted: null } });
  expect([waiting(backlog), backlog.dropped()]).toEqual([['standing'], { calls: 1, refusals: 0 }]);
});

import { expect, test } from 'vitest';
import { forgetOld, type Keeping } from '#core/usecases/run/forget-old.ts';

const DAY_MS = 86_400_000;
const KEEPING: Keeping = {
  ...{ deliveriesMs: 7 * DAY_MS, callsMs: 14 * DAY_MS, logsMs: 90 * DAY_MS, alertsMs: 60 * DAY_MS, runsMs: null },
};

/** Pruning with three batches of everything, and what it was asked. */
function scene() {
  const asked: string[] = [];
  const left = new Map<string, number>();
  const prune = (kind: string) => async (ms: number) => {
    asked.push(`${kind} ${ms / DAY_MS}`);
    const batches = left.get(kind) ?? 3;
    left.set(kind, Math.max(0, batches - 1));
    return batches;
  };
  const pruning = {
    ...{ deliveries: prune('deliveries'), calls: prune('calls'), logs: prune('logs') },
    ...{ alerts: prune('alerts'), incidents: prune('incidents') },
    ...{ requests: prune('requests'), heard: prune('heard'), answers: prune('answers') },
  };
  const stopping = new AbortController();
  const forget = (keeping: Keeping) =>
    forgetOld({ store: { pruning }, runtime: { wait: async () => undefined } }, keeping, stopping.signal);
  return { asked, stopping, forget };
}

test('each kind is forgotten after its own time, batch by batch until nothing is left, runs never unless it is asked for', async () => {
  const { asked, forget } = scene();
  await forget(KEEPING);
  expect(asked.filter((one) => one === 'logs 90')).toHaveLength(4);
  expect([...new Set(asked)]).toEqual([
    ...['deliveries 7', 'calls 14', 'logs 90', 'alerts 60', 'incidents 60', 'heard 30', 'answers 1'],
  ]);
});

test('what belongs to a run is not kept longer than the run, and goes before it', async () => {
  const { asked, forget } = scene();
  await forget({ ...KEEPING, runsMs: 10 * DAY_MS });
  expect([...new Set(asked)]).toEqual([
    ...['deliveries 7', 'calls 10', 'logs 10', 'requests 10'],
    ...['alerts 60', 'incidents 60', 'heard 30', 'answers 1'],
  ]);
});

test('a process that stops begins no further batch', async () => {
  const { asked, stopping, forget } = scene();
  stopping.abort();
  await forget(KEEPING);
  expect(asked).toEqual([]);
});

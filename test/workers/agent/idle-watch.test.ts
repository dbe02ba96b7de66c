import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { watchIdle } from '../../../workers/agent/idle-watch.ts';

const IDLE_MS = 200;

test('silence aborts, and not before its time is over since the last word', async () => {
  using watch = watchIdle(IDLE_MS);
  for (let word = 0; word < 6; word += 1) {
    await sleep(IDLE_MS / 4);
    watch.touch();
  }
  expect(watch.signal.aborted).toBe(false);
  const touchedAt = Date.now();
  await new Promise((resolve) => watch.signal.addEventListener('abort', resolve, { once: true }));
  expect(Date.now() - touchedAt).toBeGreaterThanOrEqual(IDLE_MS - 2);
});

test('a watch that was ended never aborts', async () => {
  const watch = watchIdle(1);
  watch[Symbol.dispose]();
  await sleep(20);
  expect(watch.signal.aborted).toBe(false);
});

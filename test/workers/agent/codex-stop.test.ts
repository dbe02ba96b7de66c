import { expect, test } from 'vitest';
import { instant, longRunning } from '../../fakes/model/scenarios.ts';
import { describeWith } from '../../services/describe-with.ts';
import { openExecutor } from './open-executor.ts';

describeWith(['codex', 'confinement'], 'stopping the real Codex in a local guest', () => {
  test('an aborted run ends at once', async () => {
    await using open = await openExecutor(longRunning(60));
    const stop = new AbortController();
    const before = Date.now();
    let stoppedAt = before;
    const result = await open.execute({
      signal: stop.signal,
      onEntry: (entry) => {
        if (entry.type !== 'command') return;
        stoppedAt = Date.now();
        stop.abort();
      },
    });
    expect(result).toMatchObject({ outcome: 'aborted', reason: 'Codex was stopped', session: null });
    expect(Date.now() - stoppedAt).toBeLessThan(5_000);
  });

  test('a run that is stopped when its agent is done waits for nothing more of a guest that is silent', async () => {
    const stop = new AbortController();
    let told: AbortSignal | undefined;
    await using open = await openExecutor(instant, (guest) => ({
      ...guest,
      exec: (command) => {
        if (command.argv[0] !== 'find') return guest.exec(command);
        told = command.signal;
        stop.abort();
        return new Promise(() => undefined);
      },
      download: () => new Promise(() => undefined),
    }));
    const result = await open.execute({ signal: stop.signal });
    expect(result).toMatchObject({ outcome: 'succeeded', session: null });
    expect(told?.aborted).toBe(true);
  });
});

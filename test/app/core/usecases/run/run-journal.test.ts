import { expect, it } from 'vitest';
import { createRedactor } from '#core/domain/text/secrets.ts';
import { RunJournal } from '#core/usecases/run/run-journal.ts';
import type { RunStep } from '#core/ports/store.ts';
import { nodeRuntime } from '../../../../../app/runtime.ts';

/** What a journal writes when these texts are noted. */
async function kept(...messages: readonly string[]): Promise<(string | undefined)[]> {
  const steps: RunStep[] = [];
  const redactor = createRedactor();
  redactor.register('hunter2-hunter2');
  const journal = new RunJournal(
    {
      store: { runs: { advance: async (_claim, step) => (steps.push(step), []) } },
      stream: { publish: async () => undefined },
      redactor,
      runtime: nodeRuntime,
    },
    { runId: 'run', epoch: 1 },
    { requestId: 'request', onLost: () => undefined },
  );
  for (const message of messages) journal.note({ type: 'log', message });
  await journal.write({});
  return steps.flatMap(({ log = [] }) => log.map(({ message }) => message));
}

it('colours are kept, but not where they take a secret apart', async () => {
  expect(
    await kept(
      '\u001b[31mred\u001b[0m',
      'hunter2-\u001b[1mhunter2',
      '\u001b[32mhunter2-hunter2',
      'glpat-0123\u001b[m456789abcdefghij',
    ),
  ).toEqual(['\u001b[31mred\u001b[0m', '[redacted]', '[redacted]', '[redacted]']);
});

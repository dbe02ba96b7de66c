import { say, shell, type Scenario } from './scenario.ts';

/** Answers at once and does nothing: for measuring what a run costs besides its model. */
export const instant: Scenario = { name: 'instant', steps: [{ items: [say('ok')] }] };

/** Looks and finds that nothing is to be changed. */
export const noChange: Scenario = {
  name: 'noChange',
  steps: [{ items: [shell('ls')] }, { items: [say('No change is needed: the code already does what was asked.')] }],
};

/** Works, and then the model refuses for good. Codex does not retry after this code, so the run fails at once. */
export const turnFailed: Scenario = {
  name: 'turnFailed',
  steps: [
    { items: [say('I will look first.'), shell('ls')] },
    { fault: { kind: 'failed', code: 'invalid_prompt', message: 'The model refused this request.' } },
  ],
};

/** Runs one command that prints a line a second, so that there is time to watch, to cancel and to kill. */
export function longRunning(seconds: number): Scenario {
  const ticks = `for i in $(seq 1 ${seconds}); do echo "tick $i"; sleep 1; done; echo ticked`;
  return {
    name: 'longRunning',
    steps: [
      { items: [say(`This takes ${seconds} seconds.`), shell(ticks)] },
      { waitMs: 300_000 },
      { expect: /ticked/, items: [say('It is over.')] },
    ],
  };
}

/**
 * Floods the log: 3 MB of lines with characters of several bytes, one line of 1.5 MB, then colours, control characters
 * and bytes that are no UTF-8.
 */
export const hugeOutput: Scenario = {
  name: 'hugeOutput',
  steps: [
    { items: [shell("yes 'größer – 大きい – 🙂 – and on it goes' | head -c 3000000")] },
    { items: [shell('yes 0123456789 | tr -d "\\n" | head -c 1500000')] },
    { items: [shell("printf '\\033[31mred\\033[0m \\a\\b \\r overwritten \\000 \\377\\376 \\303 end\\n'")] },
    { items: [say('That was a lot of output.')] },
  ],
};

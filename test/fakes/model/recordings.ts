import { everyKindOfChange } from './change-scenarios.ts';
import { fixFailingTest } from './fix-failing-test.ts';
import { say, shell, type Scenario } from './scenario.ts';
import { instant, turnFailed } from './scenarios.ts';

/** A file of `test/fixtures/codex-events`: what Codex printed, line by line, when it ran this in the demo repository. */
export interface Recording {
  /** Name without `.jsonl`. */
  name: string;
  scenario: Scenario;
  /** Model name that Codex was told, when not `gpt-5.5`. */
  slug?: string | undefined;
}

const commands: Scenario = {
  name: 'commands',
  steps: [
    { items: [shell('echo to output; echo to error >&2; exit 3')] },
    { expect: /exited with code 3/, items: [shell("printf '\\033[1mbold\\033[0m \\000 \\377 größer\\n'")] },
    { items: [shell('echo started; sleep 5; echo ended', { yieldMs: 250 })] },
    { expect: /running with session ID/, items: [say('The last command was still running when I stopped.')] },
  ],
};

const reconnected: Scenario = {
  name: 'reconnected',
  steps: [{ fault: { kind: 'cut' }, times: 2 }, { items: [say('Here I am again.')] }],
};

const gaveUp: Scenario = {
  name: 'gaveUp',
  steps: [{ fault: { kind: 'status', status: 500, body: { error: { message: 'out of order' } } } }],
};

const badRequest: Scenario = {
  name: 'badRequest',
  steps: [
    {
      fault: {
        kind: 'status',
        status: 400,
        body: { error: { message: 'The input is too strange.', type: 'invalid_request_error', code: 'strange_input' } },
      },
    },
  ],
};

/** All recordings; `record-codex-events.ts` makes them anew, a test checks that Codex still speaks like this. */
export const RECORDINGS: readonly Recording[] = [
  { name: 'success', scenario: fixFailingTest },
  { name: 'file-changes', scenario: everyKindOfChange },
  { name: 'commands', scenario: commands },
  { name: 'turn-failed', scenario: turnFailed },
  { name: 'bad-request', scenario: badRequest },
  { name: 'reconnected', scenario: reconnected },
  { name: 'gave-up', scenario: gaveUp },
  { name: 'unknown-model', scenario: instant, slug: 'some-other-model' },
];

/** Where a recording is kept. */
export function recordingFile(name: string): URL {
  return new URL(`../../fixtures/codex-events/${name}.jsonl`, import.meta.url);
}

import { readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { answers, plans, waitsFor, writes } from '../flow/conversation-scenarios.ts';
import { say, shell, type Scenario } from '../fakes/model/scenario.ts';

/** Mends what reviewers have remarked, whatever it is: by writing `first.txt` in capitals. */
const mends: Scenario = {
  name: 'mends remarks',
  when: /In this turn you mend what/,
  steps: [
    { items: [shell("printf 'ONE\\n' > first.txt && git status --short | head -5")] },
    { items: [say('Capitals, as remarked.')] },
  ],
};

const carriesOut: Scenario = {
  name: 'carries out a plan',
  when: /now you carry it out/,
  steps: [{ items: [shell("printf 'planned\\n' > planned.txt")] }, { items: [say('I did as planned.')] }],
};

/** A model that cannot do one thing, for as long as it is in front of others. */
const refuses: Scenario = {
  name: 'refuses',
  when: /write stubborn\.txt\b/,
  steps: [{ fault: { kind: 'failed', code: 'invalid_prompt', message: 'The model refused.' } }],
};

const WILLING: readonly Scenario[] = [
  plans,
  carriesOut,
  mends,
  waitsFor('slow.txt', '$HOME/go'),
  waitsFor('survivor.txt', '$HOME/go'),
  ...['meanwhile', 'more', 'third', 'line', 'stubborn', 'first'].map((name) =>
    writes(`${name}.txt`, name === 'first' ? 'one' : name),
  ),
  answers,
];

/** How the model behaves, unless it refuses. */
export const DIALOGUE: { readonly willing: readonly Scenario[]; readonly stubborn: readonly Scenario[] } = {
  willing: WILLING,
  stubborn: [refuses, ...WILLING],
};

/** Lets every command of the model end that waits in a workspace below `directory` (SANDBOX_DIRECTORY). */
export async function letGo(directory: string): Promise<void> {
  for (const room of await readdir(directory))
    await writeFile(path.join(directory, room, 'home', 'go'), '').catch(() => undefined);
}

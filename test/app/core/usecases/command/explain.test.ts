import { afterAll, beforeAll, expect, test } from 'vitest';
import { PLAIN_TASK } from '#core/domain/run/run-task.ts';
import { executeRun } from '#core/usecases/run/execute-run.ts';
import { openCommandScene, PEOPLE, type CommandScene } from './command-scene.ts';
import { runScene, type RunScene } from '../run/run-scene.ts';

let scene: CommandScene;
beforeAll(async () => {
  scene = await openCommandScene();
});
afterAll(() => scene[Symbol.asyncDispose]());

test('a refusal names its rule and the version, and explain leads to it and says what holds', async () => {
  scene.config = 'run_by: maintain\negress: [a.example]\ntriggers: {mention: false}\n';
  expect((await scene.say('@astraforge run write a.txt')).outcome).toBe('refused: role write');
  const [refusal] = scene.comments;
  expect(refusal).toMatch(/people with `maintain` access to acme\/tools \(`run_by`, by version `[0-9a-f]{12}`/);
  expect((await scene.say('@astraforge write a.txt')).outcome).toBe('ignored: a mention is no trigger here');
  await scene.say('@astraforge explain');
  const text = scene.comments.at(-1) ?? '';
  expect(text).toMatch(/version `[0-9a-f]{12}` of the default branch/);
  expect(text).toContain('`run_by: maintain` does not let them start a run');
  expect(text).toContain('the rule is named there: https://host/1');
  expect(text).toContain('`triggers.mention: false` does not let a bare mention begin work');
  expect(text).toContain('0 of 40 (QUOTA_RUNS_PER_THREAD_HOUR)');
  expect(text).toContain('`a.example`');
  await scene.say('@astraforge explain', { actor: PEOPLE.mona });
  expect(scene.comments.at(-1)).not.toContain('the rule is named there');
});

/** Lets a run go that something is refused to. */
async function refusedRun(differences: (scene: RunScene) => object): Promise<RunScene> {
  const run = runScene({ run: { task: { ...PLAIN_TASK, options: { model: 'm' } } } });
  await executeRun({ ...run.deps, ...differences(run) }, run.run.id, run.shutdown.signal);
  return run;
}

test.each<[string, (scene: RunScene) => object, string]>([
  [
    'a model',
    ({ deps }) => ({ agent: { ...deps.agent, models: ['n'] } }),
    '`model` and `models_allowed`, by no configuration',
  ],
  [
    'a role',
    ({ deps }) => ({ host: { ...deps.host, roleOf: async () => 'read' } }),
    '`run_by`, by no configuration file',
  ],
  ['a path', ({ deps }) => ({ limits: { ...deps.limits, filesMax: -1 } }), 'not published, by no configuration file'],
])('a run that is refused %s says by which version of the rules', async (_, differences, words) => {
  const { run } = await refusedRun(differences);
  expect(run.failure?.message).toContain(words);
});

test('the log of every run says by which version of the rules it goes', async () => {
  const { seen } = await refusedRun(() => ({}));
  expect(seen).toContain('Rules: by no configuration file, so by the defaults');
});

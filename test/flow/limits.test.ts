import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { say, shell, type Scenario } from '../fakes/model/scenario.ts';
import { describeWith } from '../services/describe-with.ts';
import { ask, settled, type Outcome } from './ask.ts';
import { openWorld, type World } from './world.ts';

const RUN_TIMEOUT_SEC = 12;
const RUN_IDLE_SEC = 6;
const OUTPUT_BYTES_MAX = 400_000;
const TOKENS_MAX = 30_000;
const BIG = { inputTokens: 40_000, cachedTokens: 0, outputTokens: 100, reasoningTokens: 0 };
const WRITE = 'mkdir -p src && printf "half done\\n" > src/half.txt && echo written';
/** A thousand dollars a million: five cents for an answer of no particular length. */
const PRICES = { 'gpt-5.5': { input: 5, cachedInput: 0, output: 1_000 } };
const COST_USD_MAX = 3;
const DEAR = { inputTokens: 1_000, cachedTokens: 0, outputTokens: 4_000, reasoningTokens: 0 };
const SECRET_NAME = 'leak.txt';

/** Begins the work by writing a file, then goes on in its own way. */
const begins = (name: string, when: RegExp, steps: Scenario['steps']): Scenario => ({
  name,
  when,
  steps: [{ items: [shell(WRITE)] }, ...steps],
});

const busy = { items: [say('On it.'), shell('sleep 1')] };
const scenarios: Scenario[] = [
  begins('silent', /be silent/, [{ items: [shell('sleep 300')] }, { waitMs: 300_000 }]),
  begins(
    'slow',
    /be slow/,
    Array.from({ length: 60 }, () => busy),
  ),
  begins(
    'loud',
    /be loud/,
    Array.from({ length: 60 }, () => ({ items: [shell("yes 'a line that is not short' | head -c 300000")] })),
  ),
  begins('costly', /be costly/, [{ items: [shell('true')], usage: BIG }, ...Array.from({ length: 5 }, () => busy)]),
  begins('dear', /be dear/, [{ items: [shell('true')], usage: DEAR }, ...Array.from({ length: 5 }, () => busy)]),
  { name: 'calm', when: /be calm/, steps: [{ items: [say('Nothing to do.')] }] },
  begins('breaks', /break/, [
    { fault: { kind: 'failed', code: 'invalid_prompt', message: 'The model refused this.' } },
  ]),
  {
    name: 'idle from the start',
    when: /do nothing/,
    steps: [{ items: [shell('sleep 300')] }, { waitMs: 300_000 }],
  },
];

describeWith(['codex', 'confinement'], 'a run that is cut', () => {
  let world: World;

  beforeAll(async () => {
    world = await openWorld({
      scenario: scenarios,
      env: {
        PROVISIONER: 'local',
        WORKER_CONCURRENCY: '3',
        RUN_TIMEOUT_SEC: String(RUN_TIMEOUT_SEC),
        RUN_IDLE_SEC: String(RUN_IDLE_SEC),
        RUN_OUTPUT_BYTES_MAX: String(OUTPUT_BYTES_MAX),
        RUN_TOKENS_MAX: String(TOKENS_MAX),
        RUN_COST_USD_MAX: String(COST_USD_MAX),
        MODEL_PRICES: JSON.stringify(PRICES),
      },
    });
  });
  afterAll(async () => {
    world.github.assertNoViolations();
    await world[Symbol.asyncDispose]();
  });

  const outcomeOf = async (words: string) => settled(world, (await ask(world, `@astraforge ${words}`)).issue);
  const savedBranch = ({ requestId }: Outcome) => `astraforge/${requestId}-wip`;
  const branches = () => world.github.branches(world.repository);
  const git = (...args: string[]) =>
    execFileSync('git', ['--git-dir', world.repository.directory, ...args], { encoding: 'utf8' });

  it.each([
    ['for its silence', 'be silent', 'timed_out', `after ${RUN_IDLE_SEC} s without a word (RUN_IDLE_SEC)`],
    ['for its time', 'be slow', 'timed_out', `after ${RUN_TIMEOUT_SEC} s (RUN_TIMEOUT_SEC)`],
    ['for its output', 'be loud', 'failure', 'after 400,000 bytes of output (RUN_OUTPUT_BYTES_MAX)'],
    ['for its tokens', 'be costly', 'failure', 'used up its 30,000 tokens (RUN_TOKENS_MAX)'],
    ['for its cost', 'be dear', 'failure', 'used up its 3 US dollars (RUN_COST_USD_MAX)'],
    ['by its model', 'break', 'failure', 'The model refused this.'],
  ])('%s says which limit it was and keeps its work in a branch', async (...[, words, conclusion, reason]) => {
    const outcome = await outcomeOf(words);
    const { check, comments, pulls } = outcome;
    expect(check.conclusion).toBe(conclusion);
    const branch = savedBranch(outcome);
    for (const text of [check.output.summary ?? '', comments[0]?.body ?? '']) {
      expect(text).toContain(reason);
      expect(text).toContain(`Work in progress was kept in branch \`${branch}\`.`);
    }
    expect(git('show', `${branch}:src/half.txt`)).toBe('half done\n');
    const message = git('log', '-1', '--format=%B', branch);
    expect(message).toMatch(/^Unfinished: /);
    expect(message).toContain(`Request: ${outcome.requestId}`);
    expect(git('merge-base', 'main', branch).trim()).toBe(check.headSha);
    expect((await branches()).has(`astraforge/${outcome.requestId}`)).toBe(false);
    expect(pulls).toEqual([]);
  });

  it('counts dollars, on the run and for people', async () => {
    const { check, comments, requestId } = await outcomeOf('be calm');
    const { run } = (await world.astraforge.shared.store.runs.readRequest(requestId)) ?? {};
    expect(run?.usage).toMatchObject({ inputTokens: 1_000, cachedInputTokens: 400, outputTokens: 50 });
    expect(run?.costUsd).toBeCloseTo(0.053, 6);
    for (const text of [check.output.summary ?? '', comments[0]?.body ?? '']) expect(text).toContain('50 out), $0.05');
  });

  it('with nothing done leaves no branch and says nothing of one', async () => {
    const outcome = await outcomeOf('do nothing');
    expect(outcome.check.conclusion).toBe('timed_out');
    expect(outcome.check.output.summary).not.toContain('Work in progress');
    expect((await branches()).has(savedBranch(outcome))).toBe(false);
  });

  it.each([
    ['holds a secret', () => `printf '%s' '${world.github.app.webhookSecret}' > ${SECRET_NAME}`, 'holds a credential'],
    ['touches a workflow', () => 'mkdir -p .github/workflows && echo x > .github/workflows/x.yml', 'is a workflow'],
  ])('keeps nothing that %s, and the log says why', async (_, command, reason) => {
    const encoded = Buffer.from(command()).toString('base64');
    world.model.use({
      name: 'unfit',
      steps: [
        { items: [shell(`echo ${encoded} | base64 -d | sh; echo written`)] },
        { fault: { kind: 'failed', code: 'invalid_prompt', message: 'The model refused this.' } },
      ],
    });
    const outcome = await outcomeOf('try this');
    expect(outcome.check.conclusion).toBe('failure');
    expect(outcome.check.output.summary).toContain('The model refused this.');
    expect(outcome.check.output.text).toMatch(new RegExp(`Unfinished work was not kept: .*${reason}`));
    expect((await branches()).has(savedBranch(outcome))).toBe(false);
    world.model.use(scenarios);
  });

  it('ends as it would when its work cannot be pushed, and the log says why', async () => {
    const fault = world.github.fault({ match: { path: /git-receive-pack/ }, times: 20, status: 503 });
    const outcome = await outcomeOf('break');
    expect(fault.fired).toBeGreaterThan(0);
    expect(outcome.check.conclusion).toBe('failure');
    expect(outcome.check.output.summary).toContain('The model refused this.');
    expect(outcome.check.output.text).toContain('Keeping unfinished work failed: ');
    expect(outcome.check.output.summary).not.toContain('Work in progress');
  });
});

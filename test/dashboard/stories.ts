import type { RunLogEntry } from '#core/contracts/run-log.ts';
import type { RunPatch } from '#core/ports/store.ts';
import type { ApiScene } from '../app/http/api/api-scene.ts';
import { ANSWER, DIFF, PLAN, PROMPT } from './story-texts.ts';
import { tellRun, type ToldRun } from './tell-run.ts';

const HOUR_MS = 3_600_000;
const USAGE = { inputTokens: 412_903, cachedInputTokens: 371_200, outputTokens: 9_841, reasoningTokens: 4_210 };
const COMMANDS = [
  { command: 'npm test -- test/duration.test.ts', exitCode: 1 },
  { command: 'npm test', exitCode: 0 },
  { command: 'npx tsc --noEmit', exitCode: 0 },
];
const WHO = [
  { id: 583_231, login: 'octocat', bot: false },
  { id: 71, login: 'ada', bot: false },
  { id: 72, login: 'grace', bot: false },
] as const;
const REPOS = [
  { provider: 'github', installationId: 5_000_000_001, id: 7_000_000_001, owner: 'octo', name: 'durations' },
  { provider: 'gitlab', installationId: 0, id: 42, owner: 'platform', name: 'billing' },
  { provider: 'github', installationId: 5_000_000_001, id: 7_000_000_002, owner: 'octo', name: 'website' },
] as const;

const status = (stage: string, message: string): RunLogEntry => ({ type: 'status', stage, message });
const output = (...lines: readonly string[]): RunLogEntry[] =>
  lines.map((message) => ({ type: 'log', stage: 'codex', message }));
const command = (text: string, exit: number, ...lines: readonly string[]): RunLogEntry[] => [
  { type: 'command', stage: 'codex', command: text, cwd: '/workspace' },
  ...output(...lines),
  { type: 'status', stage: 'codex', message: `Exit code ${exit}: ${text}`, exit_code: exit },
];

/** What a run says until its agent is at work. */
const BEGINNING: readonly RunLogEntry[] = [
  { type: 'user_prompt', message: PROMPT },
  status('provisioning', 'Workspace is being prepared'),
  status('workspace', 'Workspace ready: docker'),
  status('clone', 'Checked out main at 4f1c2ab98e01'),
  status('codex', 'Started codex with gpt-5-codex'),
  ...command('git log --oneline -5', 0, '4f1c2ab Round durations', '91d8020 Add hours', '0b7cd1e First version'),
  {
    type: 'log',
    stage: 'reasoning',
    message: 'The rounding happens before the units are chosen, so 59.6 s becomes 60 s.',
  },
  ...command(
    'npm test -- test/duration.test.ts',
    1,
    '\u001b[1m\u001b[36m RUN \u001b[39m\u001b[22m v4.1.12 /workspace',
    '\u001b[31m ❯ test/duration.test.ts (14 tests | 1 failed)\u001b[39m',
    "\u001b[31m   × 59.6 s is a minute\u001b[39m \u001b[2mexpected '60 s' to be '1 min'\u001b[22m",
    '\u001b[32m   ✓ hours and minutes\u001b[39m',
  ),
];

const ENDING: readonly RunLogEntry[] = [
  status('codex', 'Edited: update src/duration.ts, update test/duration.test.ts'),
  ...command('npm test', 0, ...Array.from({ length: 34 }, (_, at) => `\u001b[32m   ✓\u001b[39m case ${at + 1}`)),
  ...command('npx tsc --noEmit', 0),
  {
    type: 'assistant_message',
    stage: 'chat',
    message: 'Durations are rounded before the unit is chosen; two tests say so.',
  },
  status('diff', 'Diff collected'),
  status('git', 'Pushed astraforge/duration (2 files)'),
  { type: 'completed', message: 'Run completed', final: true },
];

/** A run that is at work and has been saying things. */
export async function tellRunning({ opened }: ApiScene): Promise<ToldRun> {
  const told = await tellRun(opened, {
    at: Date.now() - 60_000,
    request: { prompt: PROMPT, repo: REPOS[0], requester: WHO[1], thread: thread(128) },
  });
  await told.say(...BEGINNING);
  return told;
}

/** A run with everything a run can have, and a further one after it. */
export async function tellWhole({ opened }: ApiScene): Promise<{ first: ToldRun; second: ToldRun }> {
  const first = await tellRun(opened, {
    at: Date.now() - 3 * HOUR_MS,
    request: { prompt: PROMPT, repo: REPOS[0], requester: WHO[0], thread: thread(119) },
    run: { plan: PLAN },
  });
  await first.say(...BEGINNING);
  await first.advance({ run: { plan: PLAN } });
  await end(first, { blocked: { 'registry.example.com': 3, 'telemetry.example.net': 1 } }, ENDING);
  const second = await first.goOn('Please name the constant too, and say `min` in the docs.');
  await second.say(...BEGINNING.slice(1, 6));
  await end(second, {}, ENDING);
  return { first, second };
}

/** A run on a plain Git server, which ends in a branch and nothing else; asked for in a conversation only because all stories are. */
export async function tellBranch({ opened }: ApiScene): Promise<ToldRun> {
  const repo = {
    provider: 'git',
    installationId: 0,
    id: 71,
    owner: 'https://git.example.org/team',
    name: 'app.git',
  } as const;
  const told = await tellRun(opened, {
    at: Date.now() - HOUR_MS,
    request: { prompt: PROMPT, repo, requester: WHO[1] },
  });
  const pushed = { branch: 'astraforge/branch-of-a-story', sha: 'c0ffee'.repeat(7).slice(0, 40) };
  const finishedAt = new Date().toISOString();
  await told.advance({ request: 'DONE', run: { status: 'succeeded', pushed, finishedAt } }, ...ENDING);
  return told;
}

async function end(told: ToldRun, more: RunPatch, entries: readonly RunLogEntry[]): Promise<void> {
  const asked = Date.parse(told.run.createdAt);
  const patch = {
    status: 'succeeded',
    usage: USAGE,
    commands: COMMANDS,
    costUsd: 0.4821,
    finalMessage: ANSWER,
  } as const;
  const change = { number: 131, url: 'https://github.com/octo/durations/pull/131' };
  const finishedAt = new Date(asked + 72_000).toISOString();
  await told.advance(
    {
      request: 'MR_OPENED',
      run: { ...patch, change, finishedAt, ...more },
      result: { patch: new TextEncoder().encode(DIFF), session: null },
    },
    ...entries,
  );
}

const thread = (number: number) => ({ kind: 'issue' as const, number, title: 'Durations are rounded twice', body: '' });

const ENDS = [
  ['succeeded', 'Translate the settings page into French'],
  ['failed', 'Upgrade the date library and mend what breaks'],
  ['unchanged', 'Is the retry limit documented anywhere?'],
  ['timed_out', 'Find out why the nightly build takes an hour'],
  ['cancelled', 'Move the icons into a sprite'],
  ['awaiting_approval', 'Drop support for the old export format'],
] as const;

/** Runs of every kind, one every so many hours, so that lists have something to show. */
export async function tellHistory({ opened }: ApiScene, count: number, everyHours = 1.7): Promise<void> {
  for (let at = 0; at < count; at += 1) {
    const [state, prompt] = ENDS[at % ENDS.length] ?? ENDS[0];
    const asked = Date.now() - (at + 1) * HOUR_MS * everyHours;
    const told = await tellRun(opened, {
      at: asked,
      request: {
        prompt,
        repo: REPOS[at % REPOS.length] ?? REPOS[0],
        requester: WHO[at % WHO.length] ?? WHO[0],
        thread: { ...thread(40 + at), kind: at % 3 === 0 ? 'pull' : 'issue' },
      },
    });
    const isMerged = at % 12 === 0;
    await told.advance({
      ...(state === 'succeeded' ? { request: isMerged ? 'DONE' : 'MR_OPENED' } : {}),
      run: patchOf(state, asked, at),
    });
  }
}

function patchOf(state: (typeof ENDS)[number][0], asked: number, at: number): RunPatch {
  const isOver = state !== 'awaiting_approval';
  const failure =
    state === 'failed'
      ? { code: 'agent', message: 'The agent ended with exit code 1: the model refused the request.' }
      : state === 'timed_out'
        ? { code: 'timed_out', message: 'The run took longer than 30 minutes.' }
        : null;
  return {
    status: state,
    costUsd: 0.07 + (at % 9) * 0.113,
    usage: USAGE,
    failure,
    ...(state === 'succeeded' ? { change: changeOf(at) } : {}),
    ...(isOver ? { finishedAt: new Date(asked + 90_000 + (at % 11) * 41_000).toISOString() } : {}),
  };
}

const changeOf = (at: number) => ({ number: 60 + at, url: `https://github.com/octo/durations/pull/${60 + at}` });

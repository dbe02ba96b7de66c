import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { findCodexPackage } from '../../sandbox/codex-package.ts';
import { codexConfig } from '../../workers/agent/codex-config.ts';
import { openPrompts } from '../../workers/agent/prompt.ts';
import { aRequest } from '../app/core/domain/samples.ts';
import { git } from '../fakes/git-host/git.ts';
import type { ScriptedModel } from '../fakes/model/scripted-model.ts';

/** A run of `codex exec` on a plain clone, with nothing of ours around it. Milliseconds. */
export interface PlainRun {
  /** From starting the program to its end. */
  readonly totalMs: number;
  /** From starting the program to its first question to the model. */
  readonly startMs: number;
  /** From the last question to the end. */
  readonly endMs: number;
}

const RUN_TIMEOUT_MS = 120_000;
const MODEL = 'gpt-5.5';
const REASONING_EFFORT = 'high';
/** The line that names the address; what follows it is still the table of the provider. */
const MODEL_ADDRESS = /^base_url = .*$/m;

/**
 * The floor of the overhead benchmark: same program, arguments, settings and prompt as in a workspace, but on the host and
 * straight to the model. Cloning from `source` happens before the clock starts. Throws when Codex fails.
 */
export async function runPlainCodex(source: string, model: ScriptedModel): Promise<PlainRun> {
  const root = await mkdtemp(path.join(tmpdir(), 'af-bench-plain-'));
  try {
    const clone = path.join(root, 'clone');
    const home = path.join(root, 'home');
    await git(root, ['clone', '--quiet', source, clone]);
    await mkdir(path.join(home, '.codex'), { recursive: true });
    await writeFile(path.join(home, '.codex/config.toml'), configFor(model));
    const prompts = await openPrompts();
    const asked = model.requests.length;
    const duty = { kind: 'change' } as const;
    const prompt = prompts.render({ request: aRequest(), duty, messages: [], resumed: false, thread: null });
    const started = Date.now();
    await codexExec({ clone, home, prompt });
    const ended = Date.now();
    const questions = model.requests.slice(asked).map(({ at }) => at);
    const [first = ended] = questions;
    return { totalMs: ended - started, startMs: first - started, endMs: ended - (questions.at(-1) ?? ended) };
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}

/** The key is in the settings because there is no proxy here that could add it. */
function configFor(model: ScriptedModel): string {
  const ours = codexConfig({ model: MODEL, reasoningEffort: REASONING_EFFORT });
  const address = `base_url = "${model.baseUrl}"\nhttp_headers = { Authorization = "Bearer ${model.apiKey}" }`;
  return ours.replace(MODEL_ADDRESS, address);
}

async function codexExec(at: { clone: string; home: string; prompt: string }): Promise<void> {
  const flags = ['--json', '--dangerously-bypass-approvals-and-sandbox', '--skip-git-repo-check'];
  const files = ['-C', at.clone, '-o', path.join(at.home, 'final-message.txt')];
  const codex = path.join(findCodexPackage().root, 'bin/codex');
  const child = spawn(codex, ['exec', ...flags, ...files, `--model=${MODEL}`, '-'], {
    cwd: at.clone,
    env: { PATH: process.env['PATH'], HOME: at.home, CODEX_HOME: path.join(at.home, '.codex'), LANG: 'C.UTF-8' },
    stdio: ['pipe', 'pipe', 'pipe'],
    timeout: RUN_TIMEOUT_MS,
    killSignal: 'SIGKILL',
  });
  let said = '';
  child.stdout.resume();
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
  child.stdin.on('error', () => undefined).end(at.prompt);
  const code = await new Promise((resolve, reject) => child.once('error', reject).once('close', resolve));
  if (code !== 0) throw new Error(`plain codex ended with ${String(code)}: ${said}`);
}

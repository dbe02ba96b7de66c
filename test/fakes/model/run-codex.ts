import { spawn } from 'node:child_process';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { DemoWorkspace } from './demo-workspace.ts';
import type { ScriptedModel } from './scripted-model.ts';

/** What a run of the real Codex CLI left behind. */
export interface CodexRun {
  /** Null when a signal ended it. */
  exitCode: number | null;
  /** The JSON lines of its standard output, unparsed. */
  lines: readonly string[];
  stderr: string;
}

/** Where and what to run. */
export interface CodexTask {
  model: ScriptedModel;
  /** The files to work on; `home` for Codex is made beside them. */
  demo: DemoWorkspace;
  prompt: string;
  /** Model name that Codex is told; it decides which tools are offered. `gpt-5.5` when left out. */
  slug?: string | undefined;
  /** Inside the Codex package's bubblewrap, with a private /workspace, /home and process list; the network stays. */
  confined?: boolean;
  /** Further arguments of `codex exec`. */
  args?: readonly string[];
}

const RUN_TIMEOUT_MS = 60_000;

/** Runs `codex exec --json` against the model without Codex' own sandbox, prompt by standard input. Rejects after a minute. */
export async function runCodex(task: CodexTask): Promise<CodexRun> {
  const home = join(task.demo.root, 'home');
  await mkdir(home, { recursive: true });
  await writeFile(join(home, 'config.toml'), codexConfig(task.model, task.slug ?? 'gpt-5.5'));
  const { codex, bwrap } = await codexPrograms();
  const flags = ['--json', '--strict-config', '--dangerously-bypass-approvals-and-sandbox', '--skip-git-repo-check'];
  const command = [codex, 'exec', ...flags, ...(task.args ?? []), '-'];
  const [program = codex, ...args] = task.confined === true ? confine(command, { bwrap, demo: task.demo }) : command;
  const child = spawn(program, args, {
    cwd: task.demo.workspace,
    env: { PATH: `${dirname(process.execPath)}:/usr/local/bin:/usr/bin:/bin`, HOME: home, CODEX_HOME: home },
    timeout: RUN_TIMEOUT_MS,
    killSignal: 'SIGKILL',
  });
  const exited = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  child.stdin.on('error', ignoreEarlyEnd).end(task.prompt);
  const [stdout, stderr, exitCode] = await Promise.all([text(child.stdout), text(child.stderr), exited]);
  if (child.killed) throw new Error(`codex did not end within ${RUN_TIMEOUT_MS} ms\n${stdout}\n${stderr}`);
  return { exitCode, lines: stdout.split('\n').filter((line) => line !== ''), stderr };
}

/** Whether bubblewrap can make its namespaces on this machine; where it cannot, nothing runs `confined`. */
export async function canConfine(): Promise<boolean> {
  const { bwrap } = await codexPrograms();
  const child = spawn(bwrap, ['--unshare-all', '--share-net', '--ro-bind', '/', '/', '--', '/bin/true'], {
    stdio: 'ignore',
  });
  return new Promise((resolve) => {
    child.once('error', () => resolve(false));
    child.once('close', (code) => resolve(code === 0));
  });
}

/** Codex may refuse its settings and leave before it has read the prompt; its exit code and stderr tell. */
function ignoreEarlyEnd(): void {}

/**
 * The settings under which Codex 0.169.0 stays quiet, bounded and on the given model. A login shell would set PATH anew
 * and lose a Node that is not the system's. The key is in here only because the model is asked directly, without a proxy.
 */
function codexConfig(model: Pick<ScriptedModel, 'baseUrl' | 'apiKey'>, slug: string): string {
  return `model = "${slug}"
model_provider = "scripted"
check_for_update_on_startup = false
web_search = "disabled"
allow_login_shell = false

[analytics]
enabled = false

[history]
persistence = "none"

[agents]
enabled = false

[features]
plugins = false
apps = false
goals = false
unbounded_connection_retries = false

[skills.bundled]
enabled = false

[tools.update_plan]
enabled = true

[model_providers.scripted]
name = "scripted"
base_url = "${model.baseUrl}"
wire_api = "responses"
request_max_retries = 1
stream_max_retries = 2
http_headers = { Authorization = "Bearer ${model.apiKey}" }
`;
}

async function codexPrograms(): Promise<{ codex: string; bwrap: string }> {
  const wrapper = createRequire(import.meta.url).resolve('@openai/codex/package.json');
  const platform = `@openai/codex-${process.platform}-${process.arch}/package.json`;
  const vendor = join(dirname(createRequire(wrapper).resolve(platform)), 'vendor');
  const [triple = ''] = await readdir(vendor);
  return { codex: join(vendor, triple, 'bin/codex'), bwrap: join(vendor, triple, 'codex-resources/bwrap') };
}

/** Nothing of the machine but its programs; what is bound last wins, so the workspace may be anywhere on the outside. */
function confine(command: readonly string[], at: { bwrap: string; demo: DemoWorkspace }): string[] {
  const [codex = ''] = command;
  const vendor = dirname(dirname(codex));
  return [
    [
      at.bwrap,
      '--unshare-all',
      '--share-net',
      '--die-with-parent',
      '--new-session',
      '--uid',
      '10001',
      '--gid',
      '10001',
    ],
    ...['/usr', '/bin', '/lib', '/lib64', '/etc/alternatives'].map((path) => ['--ro-bind-try', path, path]),
    ['--proc', '/proc', '--dev', '/dev', '--tmpfs', '/tmp', '--ro-bind', vendor, '/opt/codex'],
    ['--bind', join(at.demo.root, 'home'), '/home/agent', '--bind', at.demo.workspace, '/workspace'],
    ['--chdir', '/workspace', '--clearenv', '--setenv', 'PATH', '/usr/local/bin:/usr/bin:/bin'],
    ['--setenv', 'HOME', '/home/agent', '--setenv', 'CODEX_HOME', '/home/agent', '--', '/opt/codex/bin/codex'],
    command.slice(1),
  ].flat();
}

import { spawn, type ChildProcess } from 'node:child_process';
import { devNull } from 'node:os';
import { AppError } from '#core/domain/errors.ts';
import { HARDENING } from './hardening.ts';

const LOCAL_TIMEOUT_MS = 120_000;
const OUTPUT_BYTES_MAX = 64 * 1024 * 1024;
const STDERR_CHARS_MAX = 16 * 1024;
const DEFAULT_PATH = '/usr/local/bin:/usr/bin:/bin';

/** What a git child may take over from the worker's environment: where git is, which proxy, which certificates. */
const INHERITED = [
  ...['PATH', 'SSL_CERT_FILE', 'SSL_CERT_DIR', 'GIT_SSL_CAINFO', 'GIT_SSL_CAPATH'],
  ...['HTTPS_PROXY', 'https_proxy', 'http_proxy', 'ALL_PROXY', 'all_proxy', 'NO_PROXY', 'no_proxy'],
];

/** One git command. */
export interface GitCall {
  /** Subcommand and arguments; never a secret, every argument is visible to all users of the machine. */
  readonly args: readonly string[];
  /** Added to the clean environment; the one place for a secret. */
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: Uint8Array;
  /** Open file that takes stdout from its current position on; stdout is then not collected. */
  readonly stdoutFd?: number;
  readonly timeoutMs?: number;
  /** Aborting kills the command and everything it started. */
  readonly signal?: AbortSignal;
}

/** How a command ended. A non-zero code is an outcome, not an error; `stderr` is its last 16 KiB. */
export interface GitExit {
  readonly end: 'exited' | 'timeout' | 'output-limit' | 'aborted';
  readonly code: number | null;
  readonly stdout: Buffer;
  readonly stderr: string;
}

/** Runs git on one bare repository. Throws AppError `unavailable` when git cannot be started. */
export type Git = (gitDirectory: string, call: GitCall) => Promise<GitExit>;

/** What {@link createGit} needs. */
export interface GitOptions {
  /** Directory without any dotfile, shown to git and curl as home (they look for .gitconfig and .netrc there). */
  readonly home: string;
  /** The worker's environment, of which a short list is passed on (`PATH`, proxies, certificates). */
  readonly hostEnv: Readonly<Record<string, string | undefined>>;
  /** Transports git may use, e.g. `['https']`. */
  readonly allowProtocols: readonly string[];
}

/** A git that reads no configuration but ours, runs no hook, filter or prompt, and is bounded in time and output. */
export function createGit(options: GitOptions): Git {
  const environment = cleanEnvironment(options);
  return (gitDirectory, call) => {
    const child = spawn('git', [...HARDENING.flatMap((setting) => ['-c', setting]), ...call.args], {
      cwd: options.home,
      env: { ...environment, GIT_DIR: gitDirectory, ...call.env },
      stdio: ['pipe', call.stdoutFd ?? 'pipe', 'pipe'],
      detached: true,
    });
    return supervise(child, call);
  };
}

/** The exit when the command succeeded; AppError `internal` otherwise, with git's own words as cause. */
export function mustSucceed(exit: GitExit, action: string): GitExit {
  if (exit.end === 'exited' && exit.code === 0) return exit;
  throw new AppError('internal', `${action} failed`, { cause: new Error(exit.stderr.trim()), context: facts(exit) });
}

/** Loggable facts about an exit. */
export function facts(exit: GitExit): Record<string, string | number> {
  return { end: exit.end, exitCode: exit.code ?? -1 };
}

// LC_ALL: git's messages are read by our error translation, so they must be in one language.
function cleanEnvironment({ home, hostEnv, allowProtocols }: GitOptions): Record<string, string> {
  const environment: Record<string, string> = {
    PATH: DEFAULT_PATH,
    HOME: home,
    LC_ALL: 'C',
    TZ: 'UTC',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: devNull,
    GIT_ATTR_NOSYSTEM: '1',
    GIT_TERMINAL_PROMPT: '0',
    GIT_LFS_SKIP_SMUDGE: '1',
    GIT_NO_REPLACE_OBJECTS: '1',
    GIT_NO_LAZY_FETCH: '1',
    GIT_ALLOW_PROTOCOL: allowProtocols.join(':'),
  };
  for (const name of INHERITED) {
    const value = hostEnv[name];
    if (value !== undefined) environment[name] = value;
  }
  return environment;
}

function supervise(child: ChildProcess, call: GitCall): Promise<GitExit> {
  return new Promise((resolve, reject) => {
    let end: GitExit['end'] = 'exited';
    let stderr = '';
    let bytes = 0;
    const chunks: Buffer[] = [];
    const stop = (reason: GitExit['end']): void => {
      if (end === 'exited') end = reason;
      killGroup(child);
    };
    const onAbort = (): void => stop('aborted');
    const timer = setTimeout(() => stop('timeout'), call.timeoutMs ?? LOCAL_TIMEOUT_MS);
    const settle = (): void => {
      clearTimeout(timer);
      call.signal?.removeEventListener('abort', onAbort);
    };
    if (call.signal?.aborted === true) onAbort();
    else call.signal?.addEventListener('abort', onAbort, { once: true });
    child.stdout?.on('data', (chunk: Buffer) => {
      bytes += chunk.byteLength;
      if (bytes > OUTPUT_BYTES_MAX) stop('output-limit');
      else chunks.push(chunk);
    });
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      stderr = (stderr + text).slice(-STDERR_CHARS_MAX);
    });
    child.on('error', (cause) => {
      settle();
      reject(new AppError('unavailable', 'Git could not be started: is it installed and in PATH?', { cause }));
    });
    child.on('close', (code) => {
      settle();
      resolve({ end, code: end === 'exited' ? code : null, stdout: Buffer.concat(chunks), stderr });
    });
    // A command that ends before it has read all its input closes the pipe; its exit code tells the story.
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(call.stdin);
  });
}

// The group, because git starts helpers (remote-http, index-pack) that would outlive it.
function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    child.kill('SIGKILL');
  }
}

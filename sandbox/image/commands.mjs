// The commands of a guest: each below a subreaper of its own, so that whatever it starts, detached or not, stays below it
// and goes with it.
import { spawn } from 'node:child_process';
import { accessSync, constants as files, statSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { ASKED, SAID, encode, encodeOutput } from './frames.mjs';
import { createSweeper } from './processes.mjs';

const SUBREAPER = '/usr/bin/tini-static';
/** Before this daemon, which the guest cannot do without, the kernel's memory killer takes a command. */
const OOM_SCORE = '1000';
const CANNOT_RUN = 126;
const SIGNALLED = 128;
const CREDIT_STEP_BYTES = 65_536;

/** Runs what the host asks for. `say` sends a frame and is false while the host is behind; `caughtUp` ends that. */
export function createCommands(say) {
  const running = new Map();
  const sweep = createSweeper(() => [...running.values()].filter(({ ended }) => !ended).map(({ child }) => child.pid));
  let isBehind = false;

  function print(id, kind, chunk) {
    for (const frame of encodeOutput(kind, id, chunk)) isBehind = !say(frame) || isBehind;
    if (isBehind) for (const { child } of running.values()) setFlowing(child, false);
  }

  function refuse(id, line) {
    print(id, SAID.stderr, Buffer.from(`${line}\n`));
    say(encode(SAID.exit, id, codePayload(CANNOT_RUN)));
  }

  function start(id, { argv, cwd, env, hasStdin }) {
    const fault = faultOf(cwd);
    if (fault !== null) return refuse(id, `${cwd}: ${fault}`);
    const stdio = [hasStdin ? 'pipe' : 'ignore', 'pipe', 'pipe'];
    const child = spawn(SUBREAPER, ['-s', '--', ...argv], { cwd, env, stdio, detached: true });
    if (child.pid === undefined) return void child.once('error', ({ code }) => refuse(id, `${argv[0]}: ${code}`));
    const command = { child, ended: false };
    running.set(id, command);
    preferForMemoryKiller(child.pid);
    child.stdout.on('data', (chunk) => print(id, SAID.stdout, chunk));
    child.stderr.on('data', (chunk) => print(id, SAID.stderr, chunk));
    if (hasStdin) openStdin(id, child.stdin);
    const swept = new Promise((resolve) => {
      child.once('exit', () => {
        command.ended = true;
        resolve(sweep());
      });
    });
    child.once('close', async (code, signal) => {
      await swept;
      running.delete(id);
      say(encode(SAID.exit, id, codePayload(code ?? SIGNALLED + constants.signals[signal])));
    });
  }

  function openStdin(id, stdin) {
    stdin.on('error', () => stdin.destroy());
    stdin.once('close', () => say(encode(SAID.stdinClosed, id)));
  }

  /** What the program has taken may be sent again. */
  function feed(id, chunk) {
    const command = running.get(id);
    if (command === undefined || command.child.stdin?.writable !== true) return;
    command.child.stdin.write(chunk, (error) => {
      if (error) return;
      command.taken = (command.taken ?? 0) + chunk.length;
      if (command.taken < CREDIT_STEP_BYTES) return;
      say(encode(SAID.credit, id, countPayload(command.taken)));
      command.taken = 0;
    });
  }

  /** Its processes hang below nothing that lives from now on, and so go with the next sweep. */
  function kill(id) {
    const command = running.get(id);
    if (command === undefined) return;
    command.ended = true;
    void sweep();
  }

  const handlers = {
    [ASKED.start]: (id, payload) => start(id, JSON.parse(payload.toString('utf8'))),
    [ASKED.stdin]: feed,
    [ASKED.stdinEnd]: (id) => void running.get(id)?.child.stdin?.end(),
    [ASKED.kill]: kill,
  };
  return {
    handlers,
    caughtUp: () => {
      isBehind = false;
      for (const { child } of running.values()) setFlowing(child, true);
    },
  };
}

function setFlowing(child, isFlowing) {
  for (const stream of [child.stdout, child.stderr]) {
    if (isFlowing) stream.resume();
    else stream.pause();
  }
}

function faultOf(directory) {
  try {
    if (!statSync(directory).isDirectory()) return 'Not a directory';
    accessSync(directory, files.X_OK);
    return null;
  } catch (error) {
    return error.code;
  }
}

/** Refused where the kernel or a policy forbids it; then the biggest process goes, as everywhere. */
function preferForMemoryKiller(pid) {
  try {
    writeFileSync(`/proc/${pid}/oom_score_adj`, OOM_SCORE);
  } catch {
    return;
  }
}

function codePayload(code) {
  const payload = Buffer.alloc(4);
  payload.writeInt32BE(code);
  return payload;
}

function countPayload(count) {
  const payload = Buffer.alloc(4);
  payload.writeUInt32BE(count);
  return payload;
}

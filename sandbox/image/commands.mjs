// The commands of a guest: each below a subreaper of its own, so that whatever it starts, detached or not, stays below it
// and goes with it.
import { spawn } from 'node:child_process';
import { accessSync, constants as files, statSync } from 'node:fs';
import { constants } from 'node:os';
import { ASKED, SAID, encode, encodeNumber, encodeOutput } from './frames.mjs';
import { createSweeper } from './processes.mjs';

const SUBREAPER = '/usr/bin/tini-static';
const CANNOT_RUN = 126;
const SIGNALLED = 128;
const CREDIT_STEP_BYTES = 65_536;

/**
 * Runs what the host asks for: a handler by kind of frame. `say` sends a frame and is false while the host is behind, when
 * all commands have to wait with their output; `caughtUp` ends that.
 */
export function createCommands(say) {
  const running = new Map();
  const living = () => [...running.values()].filter(({ isOver }) => !isOver);
  const sweep = createSweeper(() => living().map(({ child }) => child.pid));
  const setFlowing = (isFlowing) => {
    for (const stream of [...running.values()].flatMap(({ child }) => [child.stdout, child.stderr])) {
      if (isFlowing) stream.resume();
      else stream.pause();
    }
  };
  const print = (id, kind, chunk) => {
    let isBehind = false;
    for (const frame of encodeOutput(kind, id, chunk)) isBehind = !say(frame);
    if (isBehind) setFlowing(false);
  };
  const room = { running, sweep, say, print };
  return {
    handlers: {
      [ASKED.start]: (id, payload) => start(room, id, JSON.parse(payload.toString('utf8'))),
      [ASKED.stdin]: (id, chunk) => feed(room, id, chunk),
      [ASKED.stdinEnd]: (id) => void running.get(id)?.child.stdin?.end(),
      [ASKED.kill]: (id) => kill(room, id),
    },
    caughtUp: () => setFlowing(true),
  };
}

function start(room, id, { argv, cwd, env, hasStdin }) {
  const { running, sweep, say, print } = room;
  const fault = faultOf(cwd);
  if (fault !== null) return refuse(room, id, `${cwd}: ${fault}`);
  const stdio = [hasStdin ? 'pipe' : 'ignore', 'pipe', 'pipe'];
  let child;
  try {
    child = spawn(SUBREAPER, ['-s', '--', ...argv], { cwd, env, stdio, detached: true });
  } catch ({ code }) {
    // Some failures are thrown instead of emitted: E2BIG for a long argv, ENOMEM.
    return refuse(room, id, `${argv[0]}: ${code}`);
  }
  if (child.pid === undefined) return void child.once('error', ({ code }) => refuse(room, id, `${argv[0]}: ${code}`));
  const command = { child, isOver: false, bytesTaken: 0 };
  running.set(id, command);
  child.stdout.on('data', (chunk) => print(id, SAID.stdout, chunk));
  child.stderr.on('data', (chunk) => print(id, SAID.stderr, chunk));
  child.stdin?.on('error', () => child.stdin.destroy());
  child.stdin?.once('close', () => say(encode(SAID.stdinClosed, id)));
  const swept = new Promise((resolve) => {
    child.once('exit', () => {
      command.isOver = true;
      resolve(sweep());
    });
  });
  child.once('close', async (code, signal) => {
    await swept;
    running.delete(id);
    say(encodeNumber(SAID.exit, id, code ?? SIGNALLED + constants.signals[signal]));
  });
}

/** As a shell answers for what it cannot run. */
function refuse({ say, print }, id, line) {
  print(id, SAID.stderr, Buffer.from(`${line}\n`));
  say(encodeNumber(SAID.exit, id, CANNOT_RUN));
}

/** What the program has taken may be sent again. */
function feed({ running, say }, id, chunk) {
  const command = running.get(id);
  if (command?.child.stdin?.writable !== true) return;
  command.child.stdin.write(chunk, (error) => {
    if (error) return;
    command.bytesTaken += chunk.length;
    if (command.bytesTaken < CREDIT_STEP_BYTES) return;
    say(encodeNumber(SAID.credit, id, command.bytesTaken));
    command.bytesTaken = 0;
  });
}

/** Its processes hang below nothing that lives from now on, and so go with the next sweep. */
function kill({ running, sweep }, id) {
  const command = running.get(id);
  if (command === undefined) return;
  command.isOver = true;
  void sweep();
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

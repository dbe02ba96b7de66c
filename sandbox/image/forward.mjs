// The only way out of a guest: 127.0.0.1:8101 inside leads to the run's Unix socket, which is bound in read-only.
// Alone it keeps a container alive; with a command after `--` it listens first, runs the command, and ends with it.
import { spawn } from 'node:child_process';
import { writeSync } from 'node:fs';
import net from 'node:net';

// Node makes standard output and error non-blocking as soon as it looks at them, for everybody who shares them: the
// command would then fail in the middle of a long line. So nothing here may look.
for (const name of ['stdout', 'stderr']) Object.defineProperty(process, name, { value: null });

const STDERR = 2;
const LOOPBACK = '127.0.0.1';
const DOORS = [{ port: 8101, socket: '/run/astraforge/llm.sock' }];
const SIGNAL_NUMBERS = {
  SIGHUP: 1,
  SIGINT: 2,
  SIGQUIT: 3,
  SIGABRT: 6,
  SIGKILL: 9,
  SIGSEGV: 11,
  SIGPIPE: 13,
  SIGTERM: 15,
};

/** What breaks on one side breaks the other: a cut answer must not look like a finished one, so the client sees a reset. */
function tie(source, target, cut) {
  source.on('error', cut);
  source.on('close', () => {
    if (!source.readableEnded) cut();
  });
  source.pipe(target);
}

function listen({ port, socket }) {
  const server = net.createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
    const upstream = net.connect({ path: socket, allowHalfOpen: true });
    tie(client, upstream, () => upstream.destroy());
    tie(upstream, client, () => client.resetAndDestroy());
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, LOOPBACK, resolve);
  });
}

/** Ends as a shell would: 127 for a missing program, 126 for one that cannot run, 128 + n for a signal. */
function runAndExit([program, ...args]) {
  const child = spawn(program, args, { stdio: 'inherit' });
  child.once('error', (error) => {
    writeSync(STDERR, `${program}: ${error.code === 'ENOENT' ? 'not found' : error.message}\n`);
    process.exit(error.code === 'ENOENT' ? 127 : 126);
  });
  child.once('exit', (code, signal) => process.exit(code ?? 128 + (SIGNAL_NUMBERS[signal] ?? 0)));
}

await Promise.all(DOORS.map(listen));
if (process.argv[2] === '--') runAndExit(process.argv.slice(3));

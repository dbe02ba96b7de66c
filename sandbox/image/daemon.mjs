// The resident of a guest: it keeps the two doors open and runs commands for the host, many at a time, over its own
// stdin and stdout. It ends when its stdin does, and the guest with it.
import { writeSync } from 'node:fs';
import net from 'node:net';
import { createCommands } from './commands.mjs';
import { openDoors } from './doors.mjs';
import { ASKED, SAID, createDecoder, encode } from './frames.mjs';
import { readProcesses } from './processes.mjs';

const [STDIN, STDOUT, STDERR] = [0, 1, 2];
const ROOT = 0;
/** A guest that is only just starting holds init, this process and perhaps one that keeps it alive. */
const PROCESSES_AT_START_MAX = 8;
const EXIT_NOT_A_GUEST = 70;
/** Bytes of output that may wait for the host before commands have to. */
const OUTPUT_AHEAD_BYTES = 262_144;

// Ending a command ends every process that nothing else accounts for, so anywhere but in a guest this must not start.
if (process.getuid() === ROOT || readProcesses().size > PROCESSES_AT_START_MAX) {
  writeSync(STDERR, 'daemon.mjs runs in a guest only, as its ordinary user\n');
  process.exit(EXIT_NOT_A_GUEST);
}

let network;
await openDoors(() => network);

const input = new net.Socket({ fd: STDIN, writable: false });
const output = new net.Socket({ fd: STDOUT, readable: false, writableHighWaterMark: OUTPUT_AHEAD_BYTES });
const say = (frame) => output.write(frame);
const commands = createCommands(say);
const handlers = {
  ...commands.handlers,
  [ASKED.ping]: (id) => say(encode(SAID.pong, id)),
  [ASKED.doors]: (id, payload) => {
    network = JSON.parse(payload.toString('utf8'));
    say(encode(SAID.doorsSet, id));
  },
};
const leave = () => process.exit(0);
output.on('drain', commands.caughtUp).on('error', leave);
input.on('error', leave).on('end', leave).on('close', leave);
say(encode(SAID.hello, 0));
input.on(
  'data',
  createDecoder((kind, id, payload) => handlers[kind]?.(id, payload)),
);

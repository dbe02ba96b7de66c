// Opens the doors of a guest that lives for one command (what follows `--`), runs it, and ends with it.
import { spawn } from 'node:child_process';
import { writeSync } from 'node:fs';
import { constants } from 'node:os';
import { openDoors } from './doors.mjs';

// Node makes standard output and error non-blocking as soon as it looks at them, for everybody who shares them: the
// command would then fail in the middle of a long line. So nothing here may look.
for (const name of ['stdout', 'stderr']) Object.defineProperty(process, name, { value: null });

const STDERR = 2;

/** Ends as a shell would: 127 for a missing program, 126 for one that cannot run, 128 + n for a signal. */
function runAndExit([program, ...args]) {
  const child = spawn(program, args, { stdio: 'inherit' });
  child.once('error', (error) => {
    writeSync(STDERR, `${program}: ${error.code === 'ENOENT' ? 'not found' : error.message}\n`);
    process.exit(error.code === 'ENOENT' ? 127 : 126);
  });
  child.once('exit', (code, signal) => process.exit(code ?? 128 + constants.signals[signal]));
}

await openDoors();
runAndExit(process.argv.slice(process.argv.indexOf('--') + 1));

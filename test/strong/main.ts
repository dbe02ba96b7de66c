import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { privateEngineLacks } from '../long/private-engine.ts';
import { openDocker } from '../sandbox/open-subject.ts';
import { findProgram } from '../services/find-program.ts';
import { findRunsc } from '../services/find-runsc.ts';

/**
 * `npm run test:strong`: what `*.test.ts` here holds, on an engine of its own with gVisor as its runtime, in a network
 * namespace of its own, so that the machine's engine and its packet filter are left alone. As root, with runsc, and with a
 * container engine that has, or can make, the workspace image. Arguments go to vitest.
 */
const here = fileURLToPath(new URL('.', import.meta.url));

async function lacks(): Promise<string | undefined> {
  const programs = ['unshare', 'ip'].filter((name) => findProgram(name, ['/usr/sbin']) === undefined);
  if (programs.length > 0) return `${programs.join(' and ')} cannot be found (apt-get install util-linux iproute2)`;
  const runsc = await findRunsc();
  return runsc.found ? privateEngineLacks() : runsc.reason;
}

async function main(): Promise<number> {
  const lacking = await lacks();
  if (lacking !== undefined) {
    process.stderr.write(`test:strong cannot run: ${lacking}\n`);
    return 1;
  }
  await using own = await openDocker();
  await own.provisioner.ready();
  const vitest = ['node_modules/.bin/vitest', 'run', '--config', join(here, 'vitest.config.ts')];
  const child = spawn('unshare', ['--net', process.execPath, ...vitest, ...process.argv.slice(2)], {
    stdio: 'inherit',
  });
  const interrupt = (signal: NodeJS.Signals): void => void child.kill(signal);
  process.on('SIGINT', interrupt).on('SIGTERM', interrupt);
  const [code]: unknown[] = await once(child, 'exit');
  return typeof code === 'number' ? code : 1;
}

process.exitCode = await main();

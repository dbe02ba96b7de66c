import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { AppError } from '#core/domain/errors.ts';
import { ConfigError } from '../../app/config.ts';
import { readOptions, USAGE, UsageError, type DemoOptions } from './options.ts';
import { play } from './play.ts';
import { createShow } from './show.ts';

const EXIT_FAILED = 1;
const EXIT_USAGE = 2;

/** Ctrl-C takes the workspace and the database down properly; a second one ends at once. */
function stopped(): AbortSignal {
  const stop = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => stop.abort());
  return stop.signal;
}

async function demo(options: DemoOptions): Promise<number> {
  const directory = await mkdtemp(path.join(tmpdir(), 'astraforge-demo-'));
  try {
    const show = createShow(process.stdout);
    const done = await play(options, { show, directory, env: process.env, signal: stopped() });
    return done ? 0 : EXIT_FAILED;
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function main(argv: readonly string[]): Promise<number> {
  try {
    const options = readOptions(argv);
    if (options !== 'help') return await demo(options);
    process.stdout.write(`${USAGE}\n`);
    return 0;
  } catch (thrown) {
    if (thrown instanceof UsageError) {
      process.stderr.write(`${thrown.message}\n\n${USAGE}\n`);
      return EXIT_USAGE;
    }
    const plain = thrown instanceof AppError || thrown instanceof ConfigError;
    process.stderr.write(`${plain ? thrown.message : thrown instanceof Error ? thrown.stack : String(thrown)}\n`);
    return EXIT_FAILED;
  }
}

process.exit(await main(process.argv.slice(2)));

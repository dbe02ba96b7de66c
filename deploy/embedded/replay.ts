import { existsSync } from 'node:fs';
import { AppError } from '#core/domain/errors.ts';
import type { ModelCall } from '#core/ports/model-calls.ts';
import { Base, readConfig } from '../../app/config.ts';
import { runRoot, untilStopped } from '../../app/process.ts';
import { openStore } from '../../prisma/store.ts';
import type { StoreLocation } from '../../prisma/store.ts';
import { listCalls, serveCalls, showCall } from './replay-calls.ts';
import { readReplayOptions, REPLAY_USAGE } from './replay-options.ts';
import { storeLocation } from './store-location.ts';

const ENV_FILE = '.env';
/** More than a run can keep: its bytes are bounded, and no call is smaller than a few hundred. */
const CALLS_MAX = 100_000;

const say = (line: string): void => void process.stdout.write(`${line}\n`);

/** Throws AppError `missing` with what is the matter when there is nothing to replay. */
async function callsOf(location: StoreLocation, id: string): Promise<readonly ModelCall[]> {
  const { store } = await openStore(location);
  try {
    const found = (await store.runs.readRun(id)) ?? (await store.runs.readRequest(id));
    if (found === undefined) throw new AppError('missing', `There is no run and no request ${id} in this database.`);
    const calls = await store.modelCalls.readCalls(found.run.id, CALLS_MAX);
    if (calls.length > 0) return calls;
    throw new AppError(
      'missing',
      `Run ${found.run.id} (${found.run.status}) has no recorded calls: it made none, or they were deleted KEEP_MODEL_CALLS_DAYS (14) days after its end.`,
    );
  } finally {
    await store.close();
  }
}

async function main(): Promise<void> {
  const options = readReplayOptions(process.argv.slice(2));
  if (options === 'help') return say(REPLAY_USAGE);
  if (existsSync(ENV_FILE)) process.loadEnvFile(ENV_FILE);
  const calls = await callsOf(storeLocation(readConfig(Base, process.env)), options.id);
  if (options.call !== null) return say(showCall(calls, options.call));
  if (options.port === null) return say(listCalls(calls));
  const stopped = untilStopped();
  await using model = await serveCalls(calls, options.port, (number) => say(`call ${number} of ${calls.length}`));
  say(`${calls.length} recorded calls at ${model.baseUrl}; Ctrl-C ends it.`);
  await stopped;
}

await runRoot(main);

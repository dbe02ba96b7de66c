import { untilStopped } from '../../app/process.ts';
import { start } from '../../deploy/embedded/start.ts';
import { answerAsks } from './bench-message.ts';
import { LogAsk } from './run-log-times.ts';

const EVENTS_MAX = 1_000;

// Everything in one process, as `npm start` runs it, but answering what the benchmark asks.
const say = (line: string): void => void process.stdout.write(`${line}\n`);
const running = await start(process.env, { onProgress: say });
answerAsks({
  log: async (input) => {
    const placed = await running.shared.store.log.readLog(LogAsk.parse(input).requestId, 0, EVENTS_MAX);
    return placed.map(({ event }) => event);
  },
});
say(JSON.stringify({ url: running.url, provisioner: running.provisioner }));
await untilStopped();
await running[Symbol.asyncDispose]();
process.exit(0);

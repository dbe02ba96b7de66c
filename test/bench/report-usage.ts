import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { answerAsks, UsageAsk, type Usage } from './bench-message.ts';

// Loaded before every measured process: it tells what it uses, and does not outlive the benchmark.
answerAsks({ usage: (input) => usage(UsageAsk.parse(input).collectGarbage) });

function usage(collectGarbage: boolean): Usage {
  if (collectGarbage) collect();
  const { user, system } = process.cpuUsage();
  const { rss, heapUsed } = process.memoryUsage();
  return { cpuMicros: user + system, rssBytes: rss, heapBytes: heapUsed };
}

/** Twice, since what finalizers release is only found the second time. */
function collect(): void {
  setFlagsFromString('--expose-gc');
  const collectOnce: unknown = runInNewContext('gc');
  if (typeof collectOnce !== 'function') return;
  collectOnce();
  collectOnce();
}

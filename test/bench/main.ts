import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describeMachine } from './describe-machine.ts';
import type { BenchContext, BenchResult } from './figure.ts';
import { benchBrowser } from './browser.ts';
import { benchHistory } from './history.ts';
import { benchIntake } from './intake.ts';
import { benchMemory } from './memory.ts';
import { BENCHMARK_NAMES, readOptions, USAGE, UsageError, type BenchmarkName, type BenchOptions } from './options.ts';
import { benchOverhead } from './overhead.ts';
import { benchPageLoad } from './page-load.ts';
import { benchProxy } from './proxy.ts';
import { renderLines, renderReport } from './render-report.ts';
import { benchStreams } from './streams.ts';
import { benchWorkspaces } from './workspaces.ts';

const REPORT = path.join(import.meta.dirname, '../../docs/benchmarks.md');
const EXIT_FAILED = 1;
const EXIT_USAGE = 2;
const ISO_DATE_CHARACTERS = 10;
const MILLISECONDS = 1_000;

const BENCHMARKS: Readonly<Record<BenchmarkName, (context: BenchContext) => Promise<BenchResult>>> = {
  intake: benchIntake,
  overhead: benchOverhead,
  workspaces: benchWorkspaces,
  proxy: benchProxy,
  history: benchHistory,
  streams: benchStreams,
  browser: benchBrowser,
  dashboard: benchPageLoad,
  memory: benchMemory,
};

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

async function bench({ only, quick, write }: BenchOptions): Promise<void> {
  const machine = await describeMachine();
  for (const [what, value] of machine) print(`${what}: ${value}`);
  const started = Date.now();
  const seconds = (): string => `${Math.round((Date.now() - started) / MILLISECONDS)} s`.padStart(6);
  const results: BenchResult[] = [];
  for (const name of BENCHMARK_NAMES.filter((one) => only === undefined || one === only)) {
    const say = (line: string): void => print(`${seconds()}  ${name}: ${line}`);
    const result = await BENCHMARKS[name]({ quick, say });
    for (const line of result.leftOut) say(`left out: ${line}`);
    results.push(result);
  }
  const date = new Date(started).toISOString().slice(0, ISO_DATE_CHARACTERS);
  const report = renderReport({ date, quick, machine, results });
  print(write ? `\n${renderLines(results)}` : `\n${report}`);
  if (!write) return;
  await mkdir(path.dirname(REPORT), { recursive: true });
  await writeFile(REPORT, report);
  print(`\nwritten to ${path.relative(process.cwd(), REPORT)}`);
}

async function main(argv: readonly string[]): Promise<number> {
  try {
    const options = readOptions(argv);
    if (options === 'help') print(USAGE);
    else await bench(options);
    return 0;
  } catch (thrown) {
    const usage = thrown instanceof UsageError;
    const message = thrown instanceof Error ? (usage ? thrown.message : thrown.stack) : String(thrown);
    process.stderr.write(`${message}\n${usage ? `\n${USAGE}\n` : ''}`);
    return usage ? EXIT_USAGE : EXIT_FAILED;
  }
}

process.exit(await main(process.argv.slice(2)));

import { parseArgs } from 'node:util';

/** Names of the benchmarks, in the order in which they run. */
export const BENCHMARK_NAMES = [
  'intake',
  'overhead',
  'workspaces',
  'proxy',
  'history',
  'streams',
  'browser',
  'dashboard',
  'memory',
] as const;
export type BenchmarkName = (typeof BENCHMARK_NAMES)[number];

/** What the benchmark was asked to do. */
export interface BenchOptions {
  readonly only: BenchmarkName | undefined;
  readonly quick: boolean;
  readonly write: boolean;
}

/** Shown for `--help` and after a wrong option. */
export const USAGE = `npm run bench [-- OPTIONS]

Measures intake, overhead, workspaces, model proxy, history, log streams, logs in a browser, first load of the dashboard and
memory on this machine and prints the figures, each against its floor in the same run. Run it alone; it takes long. What
the machine lacks (Postgres, Redis, a container engine, Chromium) is left out and named.

  --only NAME    one of ${BENCHMARK_NAMES.join(', ')}:
                   history    lists and single runs over a million runs against a thousand
                   streams    append to client, and events a second to 100 clients
                   browser    append to the line in the dashboard's page
                   dashboard  compressed script and time to interactive of a first load
  --quick        show that every part works; the figures mean little
  --write        write docs/benchmarks.md (not with --only)
  --help         show this`;

/** Thrown for a wrong option; the message says which. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Reads the command line; `help` when that was asked for. @throws UsageError */
export function readOptions(argv: readonly string[]): BenchOptions | 'help' {
  const { help = false, quick = false, write = false, only } = parse(argv);
  if (help) return 'help';
  const name = BENCHMARK_NAMES.find((one) => one === only);
  if (only !== undefined && name === undefined)
    throw new UsageError(`--only is one of ${BENCHMARK_NAMES.join(', ')}, not ${only}`);
  if (only !== undefined && write) throw new UsageError('--write needs all benchmarks, so it does not go with --only');
  return { only: name, quick, write };
}

function parse(argv: readonly string[]) {
  const options = {
    only: { type: 'string' },
    quick: { type: 'boolean' },
    write: { type: 'boolean' },
    help: { type: 'boolean' },
  } as const;
  try {
    return parseArgs({ args: [...argv], options, strict: true }).values;
  } catch (thrown) {
    throw new UsageError(thrown instanceof Error ? thrown.message : String(thrown));
  }
}

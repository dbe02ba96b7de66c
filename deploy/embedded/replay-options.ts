import { parseArgs } from 'node:util';
import { z } from 'zod';
import { ConfigError } from '../../app/config.ts';

/** What of a run's recorded calls is wanted: a list, one call whole, or a server that answers as the model did. */
export interface ReplayOptions {
  /** Of a run, or of a request, whose newest run is meant. */
  readonly id: string;
  /** Number of one call, counted from 1; null: all, a line each. */
  readonly call: number | null;
  /** Port of the loopback to serve at, 0 for a free one; null: print. */
  readonly port: number | null;
}

/** Shown for `--help`. */
export const REPLAY_USAGE = `Usage: npm run replay -- ID [--call N | --serve PORT]

Shows what a run asked its model and what it was answered, as it was recorded: redacted, the newest 64 MiB of a run, until
KEEP_MODEL_CALLS_DAYS (14) days after its end. ID is that of a run, or of a request, whose newest run is taken; a request's is in the name of its
branch (astraforge/ID). Without an option: one line per call.

  --call N        print call N: request and answer as they went over the wire
  --serve PORT    answer as the model did, in the same order, at http://127.0.0.1:PORT/v1 (0: a free port). Point
                  OPENAI_BASE_URL of another installation there, or any client of the Responses API.
  --help          show this

Reads the same variables as npm start, and .env. An embedded database belongs to one process: stop npm start first.
`;

const PORT_MAX = 65_535;

/** Reads the command line; `help` when that was asked for. @throws ConfigError that says what is wrong. */
export function readReplayOptions(argv: readonly string[]): ReplayOptions | 'help' {
  const { values, positionals } = parse(argv);
  if (values.help === true) return 'help';
  const [id, ...more] = positionals;
  if (id === undefined || more.length > 0) throw new ConfigError(`Name one run or request.\n\n${REPLAY_USAGE}`);
  if (!z.uuid().safeParse(id).success)
    throw new ConfigError(
      `${id} is not the id of a run or request: those look like 123e4567-e89b-42d3-a456-426614174000`,
    );
  if (values.call !== undefined && values.serve !== undefined)
    throw new ConfigError('--call prints and --serve serves: take one of them');
  return {
    id,
    call: numberOf('--call', values.call, { least: 1, most: Number.MAX_SAFE_INTEGER }),
    port: numberOf('--serve', values.serve, { least: 0, most: PORT_MAX }),
  };
}

function numberOf(name: string, text: string | undefined, { least, most }: { least: number; most: number }) {
  if (text === undefined) return null;
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= least && value <= most) return value;
  throw new ConfigError(
    `${name} takes a whole number from ${least}${most === PORT_MAX ? ` to ${most}` : ''}, not ${text}`,
  );
}

function parse(argv: readonly string[]) {
  const options = {
    call: { type: 'string' },
    serve: { type: 'string' },
    help: { type: 'boolean', short: 'h' },
  } as const;
  try {
    return parseArgs({ args: [...argv], options, strict: true, allowPositionals: true });
  } catch (thrown) {
    throw new ConfigError(`${thrown instanceof Error ? thrown.message : String(thrown)}\n\n${REPLAY_USAGE}`);
  }
}

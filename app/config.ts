import { z } from 'zod';
import { AlertDoor, AlertReading } from './config-alerts.ts';
import { ConnectorDoor, ConnectorReading } from './config-connectors.ts';
import { SignIn } from './config-sign-in.ts';
import { isSecretVariable } from './config-variables.ts';
import { ErrorReporting } from './config-telemetry.ts';

/** Thrown by {@link readConfig}; the message lists every fault and what to set, one per line. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/** A whole number of 1 or more. */
const count = (fallback: number) => z.coerce.number().int().min(1).default(fallback);

/** A comma-separated list of the given words. */
const listOf = <Word extends string>(words: readonly [Word, ...Word[]]) =>
  z
    .string()
    .default('')
    .transform((list) =>
      list
        .split(',')
        .map((word) => word.trim())
        .filter((word) => word !== ''),
    )
    .pipe(z.array(z.enum(words)));

/** Variables of every process. A plugin adds its own slice (see docs/configuration.md). */
export const Base = z.object({
  DATABASE_URL: z
    .url({ protocol: /^postgres(ql)?$/ })
    .optional()
    .describe('Postgres to use; unset: an embedded one in DATA_DIRECTORY, for one machine'),
  REDIS_URL: z
    .url({ protocol: /^rediss?$/ })
    .optional()
    .describe('Redis for the queue and live logs; unset: both run on the database'),
  PUBLIC_URL: z
    .url({ protocol: /^https?$/ })
    .refine((url) => !/[?#@]/.test(url), 'it must have no credentials, query or fragment')
    .transform((url) => url.replace(/\/+$/, ''))
    .optional()
    .describe(
      'Address under which people and Git hosts reach this machine, and to which checks, comments and changes link; unset: `http://localhost:PORT`, and no links',
    ),
  DATA_DIRECTORY: z.string().default('.astraforge').describe('Embedded database and repository mirrors'),
  LOG_LEVEL: z
    .enum(['debug', 'info', 'warn', 'error', 'silent'])
    .default('info')
    .describe('Least severe log record that is written'),
  ...ErrorReporting.shape,
  RUN_LOG_STREAM_PREFIX: z
    .string()
    .min(1)
    .default('runlog')
    .describe('Prefix of the Redis streams that carry live logs'),
  RUN_LOG_STREAM_MAXLEN: count(512).describe('Events kept in a live stream; the database keeps all'),
  RUN_LOG_STREAM_BLOCK_MS: count(5_000).describe('Longest time a reader waits on Redis before it looks again'),
  RUN_LOG_RETENTION_SECONDS: count(21_600).describe('Life of a live stream after its last event'),
});
export type Base = z.infer<typeof Base>;

const API_SECRET_CHARS_MIN = 32;

/** Variables of the process that faces the internet. */
export const App = Base.extend({
  HOST: z.string().min(1).default('127.0.0.1').describe('Address to listen on; `0.0.0.0` in a container'),
  PORT: z.coerce.number().int().min(0).max(65_535).default(3000).describe('Port to listen on; 0 picks a free one'),
  API_KEY_PEPPER: z
    .string()
    .min(API_SECRET_CHARS_MIN)
    .optional()
    .describe('Secret that API keys are hashed with, the same in every `app` process; unset: the REST API is off'),
  API_ADMIN_KEY: z
    .string()
    .min(API_SECRET_CHARS_MIN)
    .optional()
    .describe('API key of an administrator, to make the first keys with; unset: there is none'),
  ...SignIn.shape,
  ...AlertDoor.shape,
  ...ConnectorDoor.shape,
  API_CALLS_PER_MINUTE: count(600).describe('Calls of the REST API that one key may make within a minute'),
});
export type App = z.infer<typeof App>;

/** Variables of the process that runs requests. */
export const Workers = Base.extend({
  ...AlertReading.shape,
  ...ConnectorReading.shape,
  CODEX_WRAPPER_DEFAULT_MODEL: z.string().min(1).default('gpt-5.5').describe('Model the agent uses'),
  CODEX_WRAPPER_MODEL_REASONING_EFFORT: z
    .enum(['minimal', 'low', 'medium', 'high'])
    .default('high')
    .describe('Reasoning effort asked of the model'),
  EXECUTOR: z.enum(['codex']).default('codex').describe('Agent that does the work'),
  MENTION: z
    .string()
    .regex(/^[A-Za-z0-9](?:-?[A-Za-z0-9])*$/)
    .default('astraforge')
    .describe('Name people mention, without @'),
  WORKER_CONCURRENCY: count(2).describe('Runs at once in one process'),
  RUN_TIMEOUT_SEC: count(1_800).describe('Longest time one agent may work'),
  RUN_IDLE_SEC: count(900).describe(
    'Longest time an agent may be silent; it is while one command runs and while the model thinks',
  ),
  RUN_OUTPUT_BYTES_MAX: count(50_000_000).describe('Most an agent may print, in bytes'),
  SETUP_TIMEOUT_SEC: count(900).describe('Longest time the `setup:` commands of a repository may take'),
  QUOTA_RUNS_PER_THREAD_HOUR: count(40).describe('Runs that may be begun in one issue or pull request within an hour'),
  QUOTA_RUNS_PER_PERSON_DAY: count(200).describe(
    'Runs that one person may begin within a day, in all repositories of a host together',
  ),
  QUOTA_RUNS_PER_REPOSITORY_DAY: count(500).describe('Runs that may be begun in one repository within a day'),
  HEAL_EVERY_SEC: count(120).describe(
    'Time between two looks for deliveries and mentions that never arrived; also how old such a mention must be',
  ),
  DRAIN_SEC: z.coerce
    .number()
    .int()
    .min(1)
    .max(28)
    .default(20)
    .describe('Longest time handing over running work may take on SIGTERM'),
  CHANGE_ALLOW: listOf(['workflows', 'codeowners', 'symlinks', 'submodules']).describe(
    'Protected things a change may touch, comma-separated: `workflows`, `codeowners`, `symlinks`, `submodules`',
  ),
  CHANGE_FILES_MAX: count(300).describe('Most files one change may touch'),
  CHANGE_PATCH_BYTES_MAX: count(5_000_000).describe('Largest change, in bytes of its patch'),
  MIRRORS_BYTES_MAX: count(20_000_000_000).describe(
    'Bytes the mirrors of repositories may take; those not used for longest go first',
  ),
  SETUP_CACHE_BYTES_MAX: count(10_000_000_000).describe(
    'Bytes that results of `setup:` may take; those not used for longest go first',
  ),
  KEEP_DELIVERIES_DAYS: count(7).describe('Days that the body of a webhook is kept after it was settled'),
  KEEP_MODEL_CALLS_DAYS: count(14).describe('Days that calls at the model are kept after the end of their run'),
  KEEP_LOGS_DAYS: count(90).describe('Days that the log of a run is kept after its end'),
  KEEP_ALERTS_DAYS: count(90).describe(
    'Days that alerts are kept after they arrived, and incidents that nobody sees to after the last of them',
  ),
  KEEP_RUNS_DAYS: z.coerce
    .number()
    .int()
    .min(1)
    .optional()
    .describe('Days that a request and its runs are kept after the last thing that happened to it; unset: for ever'),
  HEALTH_PORT: z.coerce
    .number()
    .int()
    .min(0)
    .max(65_535)
    .default(3001)
    .describe('Loopback port for /healthz and /readyz of a separate worker process'),
  SOCKET_DIRECTORY: z
    .string()
    .optional()
    .describe(
      'Directory of the sockets workspaces reach the model through; short, at the same path for the container engine; unset: made under the temporary directory',
    ),
});
export type Workers = z.infer<typeof Workers>;

/**
 * Reads one process's variables, once; empty text counts as unset.
 * @throws ConfigError naming every fault at once, each with what the variable is for.
 */
export function readConfig<Schema extends z.ZodObject>(
  schema: Schema,
  env: Readonly<Record<string, string | undefined>>,
): Readonly<z.output<Schema>> {
  const given = Object.fromEntries(
    Object.entries(env).filter(([, value]) => value !== undefined && value.trim() !== ''),
  );
  const parsed = schema.safeParse(given);
  if (parsed.success) return Object.freeze(parsed.data);
  const faults = new Map(parsed.error.issues.map((issue) => [String(issue.path[0]), faultIn(issue)]));
  const lines = [...faults].map(([name, message]) => {
    const variable: unknown = schema.shape[name];
    const purpose = variable instanceof z.ZodType ? (variable.description ?? '') : '';
    return name in given ? `  ${name} is wrong: ${message} (${purpose})` : `  ${name} is not set: ${purpose}`;
  });
  throw new ConfigError(`${lines.length} configuration fault(s):\n${lines.join('\n')}\nSee docs/configuration.md.`);
}

/** With its place in a variable that holds JSON; not where what stands for a name could be a secret by mistake. */
function faultIn({ path: [name, ...place], message }: { path: readonly PropertyKey[]; message: string }): string {
  return place.length === 0 || isSecretVariable(String(name)) ? message : `${place.join('.')}: ${message}`;
}

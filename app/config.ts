import { createPrivateKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { z } from 'zod';

/** Thrown by {@link readConfig}; `message` lists every fault and what to set, one per line. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

const seconds = (fallback: number) => z.coerce.number().int().min(1).default(fallback);
const count = (fallback: number) => z.coerce.number().int().min(1).default(fallback);

/** GitHub hashes with any length; below 32 bytes a secret can be guessed, and `development` is Probot's default. */
const WebhookSecret = z
  .string("is not set: put the App's webhook secret here (at least 32 bytes, e.g. from `openssl rand -hex 32`)")
  .refine((secret) => secret !== 'development', 'is `development`, which anyone can sign with: set a random secret')
  .refine((secret) => Buffer.byteLength(secret) >= 32, 'is shorter than 32 bytes: set one from `openssl rand -hex 32`');

/** PEM text (real or escaped line ends), base64 of it, or the path of a file that holds it; parsed before anything starts. */
const PrivateKey = z
  .string("is not set: put the App's private key (PEM text, its base64, or a file's path) here")
  .transform((value, context) => {
    try {
      const pem = pemOf(value);
      createPrivateKey(pem);
      return pem;
    } catch {
      context.addIssue("does not parse as a private key: download it again from the App's settings page");
      return z.NEVER;
    }
  });

function pemOf(value: string): string {
  const text = value.trim().replaceAll('\\n', '\n');
  if (text.startsWith('-----BEGIN')) return text;
  if (/^[A-Za-z0-9+/=\s]{200,}$/.test(text)) return Buffer.from(text, 'base64').toString('utf8');
  return readFileSync(text, 'utf8');
}

/** Variables of every process. */
export const Base = z.object({
  DATABASE_URL: z
    .url({ protocol: /^postgres(ql)?$/ })
    .optional()
    .describe('Postgres to use. Unset: an embedded Postgres in DATA_DIRECTORY, for one machine'),
  REDIS_URL: z
    .url({ protocol: /^rediss?$/ })
    .optional()
    .describe('Redis for the queue and live logs. Unset: both run on Postgres'),
  DATA_DIRECTORY: z.string().default('.astraforge').describe('Embedded database, repository mirrors and sockets'),
  LOG_LEVEL: z
    .enum(['debug', 'info', 'warn', 'error', 'silent'])
    .default('info')
    .describe('Least severe record written'),
  APP_ID: z.coerce.number("is not set: put the GitHub App's id here").int().min(1).describe('GitHub App id'),
  PRIVATE_KEY: PrivateKey.describe("GitHub App private key: PEM text, its base64, or a file's path"),
  WEBHOOK_SECRET: WebhookSecret.describe('Secret GitHub signs webhooks with, at least 32 bytes'),
  GITHUB_API_URL: z
    .url()
    .default('https://api.github.com')
    .describe("GitHub's API; on Enterprise Server https://HOST/api/v3"),
  GITHUB_SERVER_URL: z.url().default('https://github.com').describe("GitHub's web and git address"),
  RUN_LOG_STREAM_PREFIX: z.string().min(1).default('runlog').describe('Prefix of the Redis streams of live logs'),
  RUN_LOG_STREAM_MAXLEN: count(512).describe('Events kept in a live stream; Postgres keeps all'),
  RUN_LOG_STREAM_BLOCK_MS: count(5_000).describe('How long a reader waits on Redis before it looks again'),
  RUN_LOG_RETENTION_SECONDS: seconds(21_600).describe('Life of a live stream after its last event'),
});

/** Variables of the process that faces the internet. */
export const App = Base.extend({
  HOST: z
    .string()
    .min(1)
    .default('127.0.0.1')
    .describe('Address to listen on; 0.0.0.0 behind a proxy or in a container'),
  PORT: z.coerce.number().int().min(0).max(65_535).default(3000).describe('Port to listen on'),
});

/** Variables of the process that runs requests. */
export const Workers = Base.extend({
  OPENAI_API_KEY: z
    .string("is not set: put the model provider's key here")
    .min(8)
    .describe('Key of the model provider; stays in this process'),
  OPENAI_BASE_URL: z.url().default('https://api.openai.com/v1').describe('Any server that speaks the Responses API'),
  OPENAI_ORG_ID: z.string().optional().describe('Sent as OpenAI-Organization'),
  OPENAI_PROJECT: z.string().optional().describe('Sent as OpenAI-Project'),
  CODEX_WRAPPER_DEFAULT_MODEL: z.string().min(1).default('gpt-5.5').describe('Model the agent uses'),
  CODEX_WRAPPER_MODEL_REASONING_EFFORT: z
    .enum(['minimal', 'low', 'medium', 'high'])
    .default('high')
    .describe('Reasoning effort of the model'),
  EXECUTOR: z.enum(['codex']).default('codex').describe('Agent that does the work'),
  MENTION: z
    .string()
    .regex(/^[A-Za-z0-9](?:-?[A-Za-z0-9])*$/)
    .default('astraforge')
    .describe('Name people mention, without @'),
  WORKER_CONCURRENCY: count(2).describe('Runs at once in this process'),
  RUN_TIMEOUT_SEC: seconds(1_800).describe('Longest time one agent may work'),
  DRAIN_SEC: seconds(25).describe('Time running work gets on SIGTERM before it is handed over'),
  ASTRAFORGE_GIT_AUTHOR_NAME: z.string().optional().describe("Author of commits. Unset: the App's bot account"),
  ASTRAFORGE_GIT_AUTHOR_EMAIL: z
    .email()
    .optional()
    .describe("E-mail of that author. Unset: the bot account's no-reply address"),
  CHANGE_ALLOW: z
    .string()
    .default('')
    .transform((list) =>
      list
        .split(',')
        .map((word) => word.trim())
        .filter(Boolean),
    )
    .pipe(z.array(z.enum(['workflows', 'codeowners', 'symlinks', 'submodules'])))
    .describe('Protected things a change may touch, comma-separated: workflows, codeowners, symlinks, submodules'),
  CHANGE_FILES_MAX: count(300).describe('Most files one change may touch'),
  CHANGE_PATCH_BYTES_MAX: count(5_000_000).describe('Largest change in bytes'),
});

/** Reads one process's variables, once. Empty text counts as unset. @throws ConfigError naming every fault at once. */
export function readConfig<Schema extends z.ZodObject>(
  schema: Schema,
  env: Readonly<Record<string, string | undefined>>,
): Readonly<z.output<Schema>> {
  const given = Object.fromEntries(
    Object.entries(env).filter(([, value]) => value !== undefined && value.trim() !== ''),
  );
  const parsed = schema.safeParse(given);
  if (parsed.success) return Object.freeze(parsed.data);
  const faults = parsed.error.issues.map((issue) => `  ${issue.path.join('.')} ${issue.message}`);
  throw new ConfigError(
    `The configuration has ${faults.length} fault(s):\n${faults.join('\n')}\nSee docs/configuration.md.`,
  );
}

import { existsSync } from 'node:fs';
import type { Provider } from '#core/domain/host/repo.ts';
import { newSignInPath } from '../../app/compose-sign-in.ts';
import { ConfigError, readConfig } from '../../app/config.ts';
import { namedHosts } from '../../app/plugins.ts';
import { runRoot, untilStopped } from '../../app/process.ts';
import { withApiSecrets } from './api-secrets.ts';
import { permissionText } from './permission-page.ts';
import { lacksHost, SetUpVariables, startVariables } from './set-up-variables.ts';
import { openSetUp } from './setup.ts';
import { start } from './start.ts';

const ENV_FILE = '.env';
/** Hosts that deliver. */
const NAMES: ReadonlyMap<Provider, string> = new Map([
  ['github', 'GitHub'],
  ['gitlab', 'GitLab'],
]);

const USAGE = `Usage: npm start [-- --help]

Serves AstraForge in one process. Reads variables from the environment and from .env in this directory; docs/configuration.md
lists them. Without a GitHub App, GitLab or plain Git servers configured it first shows a page that makes an App
(docs/guides/install.md; for the others docs/guides/gitlab.md and docs/guides/plain-git.md). Without DATABASE_URL it keeps an embedded Postgres in
DATA_DIRECTORY, without REDIS_URL the queue runs on the database.
SIGTERM or Ctrl-C hands unfinished work over and ends within 30 s; a second one ends at once.
`;

type Env = Readonly<Record<string, string | undefined>>;

const say = (line: string): void => void process.stdout.write(`${line}\n`);

/** Shows the set-up page until there is an App; undefined when the process is told to stop before. */
async function setUp(env: Env, stopped: Promise<undefined>): Promise<Env | undefined> {
  const config = readConfig(SetUpVariables, env);
  await using page = await openSetUp(config, say);
  say(`No GitHub App is configured yet. Open ${page.url} to make one, or to name one you have.`);
  say(
    'To serve GitLab or plain Git servers instead, stop this and set their variables: docs/guides/gitlab.md, plain-git.md\n',
  );
  say(`${permissionText(page.asks)}\n`);
  say(`GitHub will send webhooks to ${page.webhookUrl}`);
  if (config.PUBLIC_URL === undefined) {
    say(
      'which github.com cannot reach. Set PUBLIC_URL to the https address of a proxy or tunnel to this machine first.',
    );
  }
  if (config.OPENAI_API_KEY === undefined && config.LLM_PROXY_URL === undefined)
    say('OPENAI_API_KEY is needed as well: put it into .env.');
  const variables = await Promise.race([page.registered, stopped]);
  if (variables === undefined) return undefined;
  say(`The App is written to ${ENV_FILE}: ${Object.keys(variables).join(', ')}. Keep that file to yourself.`);
  return { ...env, ...variables };
}

async function serve(env: Env, stopped: Promise<undefined>): Promise<void> {
  const { PUBLIC_URL } = readConfig(startVariables(env), env);
  const whole = await withApiSecrets(env, ENV_FILE, say);
  const running = await Promise.race([start(whole, { onProgress: say }), stopped]);
  if (running === undefined) return;
  const doors = namedHosts(env).flatMap((id) => {
    const name = NAMES.get(id);
    return name === undefined ? [] : [`${name} reaches it at ${PUBLIC_URL ?? running.url}/webhooks/${id}`];
  });
  say(`AstraForge serves on ${[running.url, ...doors].join('; ')}`);
  say(`Agents run in: ${running.provisioner}`);
  await offerSignIn(whole, running);
  await stopped;
  say('Stopping; unfinished work is handed over.');
  await running[Symbol.asyncDispose]();
}

/** Prints how an administrator signs in, where no identity provider knows them. */
async function offerSignIn(env: Env, { url, shared }: Awaited<ReturnType<typeof start>>): Promise<void> {
  const config = readConfig(startVariables(env), env);
  const path = await newSignInPath(config, shared);
  if (path === undefined) return;
  say(`Sign in, once, within 15 minutes, at ${config.PUBLIC_URL ?? url}${path}`);
  say('A new link: npm run sign-in, in this directory (docs/guides/sign-in.md)');
}

async function main(): Promise<void> {
  const [argument, ...more] = process.argv.slice(2);
  if (argument === '--help' || argument === '-h') return say(USAGE);
  if (argument !== undefined) {
    throw new ConfigError(`npm start takes no argument but --help, not: ${[argument, ...more].join(' ')}`);
  }
  if (existsSync(ENV_FILE)) process.loadEnvFile(ENV_FILE);
  const stopped = untilStopped().then(() => undefined);
  const env = lacksHost(process.env) ? await setUp(process.env, stopped) : process.env;
  if (env !== undefined) await serve(env, stopped);
}

await runRoot(main);

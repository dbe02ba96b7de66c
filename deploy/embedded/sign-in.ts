import { existsSync } from 'node:fs';
import { MadeSignInLink } from '#core/contracts/http/sign-in-links.ts';
import { AppError } from '#core/domain/errors.ts';
import { App, ConfigError, readConfig } from '../../app/config.ts';
import { runRoot } from '../../app/process.ts';

const ENV_FILE = '.env';
const TIMEOUT_MS = 10_000;

const USAGE = `Usage: npm run sign-in [-- --help]

Prints a new link by which the administrator of a running npm start signs in, once, within 15 minutes. To be called in its
directory: reads API_ADMIN_KEY, HOST and PORT from the environment and from .env there.
`;

const say = (line: string): void => void process.stdout.write(`${line}\n`);

/** The server may listen on every address of this machine; this is one of them. */
function addressOf({ HOST: host, PORT: port }: App): string {
  const here = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
  return `http://${here.includes(':') ? `[${here}]` : here}:${port}/api/sign-in-links`;
}

/** @throws AppError `unavailable` when nothing answers, `denied` when what answers makes no link. */
async function newLink(address: string, key: string): Promise<string> {
  const answer = await fetch(address, {
    method: 'POST',
    headers: { 'x-api-key': key },
    signal: AbortSignal.timeout(TIMEOUT_MS),
  }).catch((cause: unknown) => {
    throw new AppError('unavailable', `Nothing answers at ${address}. Is npm start running, on this PORT?`, { cause });
  });
  const body: unknown = await answer.json().catch(() => undefined);
  if (answer.status === 201) return MadeSignInLink.parse(body).url;
  throw new AppError('denied', `${address} answered ${answer.status} and no link: ${JSON.stringify(body)}`);
}

async function main(): Promise<void> {
  const [argument] = process.argv.slice(2);
  if (argument === '--help' || argument === '-h') return say(USAGE);
  if (argument !== undefined) throw new ConfigError(`npm run sign-in takes no argument but --help, not: ${argument}`);
  if (existsSync(ENV_FILE)) process.loadEnvFile(ENV_FILE);
  const config = readConfig(App, process.env);
  if (config.API_ADMIN_KEY === undefined) {
    throw new ConfigError('API_ADMIN_KEY is not set. npm start makes it in .env of its directory; call this there.');
  }
  say(`Sign in, once, within 15 minutes, at ${await newLink(addressOf(config), config.API_ADMIN_KEY)}`);
}

await runRoot(main);

import { randomBytes } from 'node:crypto';
import { addToEnvFile } from './env-file.ts';

const SECRET_BYTES = 32;
const NAMES = ['API_KEY_PEPPER', 'API_ADMIN_KEY'] as const;

type Env = Readonly<Record<string, string | undefined>>;

/**
 * The environment with what the REST API needs. Where neither variable is set, both are made and added to the environment
 * file at `path`, so that they are the same at the next start; `say` hears of it. Where one is set, that was somebody's choice.
 */
export async function withApiSecrets(env: Env, path: string, say: (line: string) => void): Promise<Env> {
  if (NAMES.some((name) => (env[name] ?? '').trim() !== '')) return env;
  const made = Object.fromEntries(NAMES.map((name) => [name, randomBytes(SECRET_BYTES).toString('base64url')]));
  await addToEnvFile(path, made);
  say(`Secrets of the REST API are written to ${path}; its administrator's key is API_ADMIN_KEY (docs/api.md).`);
  return { ...env, ...made };
}

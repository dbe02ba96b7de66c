import { appendFile, chmod, readFile } from 'node:fs/promises';
import { AppError } from '#core/domain/errors.ts';

const OWNER_ONLY = 0o600;
/** Means the same to Node, to a shell, to Docker and to systemd without any quotes. */
const PLAIN = /^[\w./:@%+=-]*$/;

/**
 * Adds `NAME=value` lines to an environment file, below what is there, where they win over earlier lines of the same
 * name; nothing is rewritten. The file is made if need be, and from then on only its owner can read it.
 * @throws AppError `invalid` for a value that every reader of such files would understand in another way.
 */
export async function addToEnvFile(path: string, values: Readonly<Record<string, string>>): Promise<void> {
  const lines = Object.entries(values).map(([name, value]) => `${name}=${quoted(name, value)}\n`);
  const before = await readFile(path, 'utf8').catch(() => '');
  const gap = before === '' || before.endsWith('\n') ? '' : '\n';
  await appendFile(path, gap + lines.join(''), { mode: OWNER_ONLY });
  await chmod(path, OWNER_ONLY);
}

function quoted(name: string, value: string): string {
  if (PLAIN.test(value)) return value;
  if (!/['\r\n]/.test(value)) return `'${value}'`;
  throw new AppError('invalid', `writing ${name} to an environment file: it has a quote or a line break`);
}

import { readFileSync } from 'node:fs';

/** A user by the numbers the kernel knows. */
export interface UnprivilegedUser {
  readonly uid: number;
  readonly gid: number;
}

const CANDIDATES = ['postgres', 'nobody'];

/**
 * Whom to start a program as that refuses root (as initdb does): undefined unless this process is root, since then it simply
 * stays who it is. Throws when /etc/passwd knows neither `postgres` nor `nobody`.
 */
export function unprivilegedUser(): UnprivilegedUser | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const lines = readFileSync('/etc/passwd', 'utf8').split('\n');
  for (const name of CANDIDATES) {
    const [, , uid, gid] = lines.find((line) => line.startsWith(`${name}:`))?.split(':') ?? [];
    if (uid !== undefined && gid !== undefined) return { uid: Number(uid), gid: Number(gid) };
  }
  throw new Error(`/etc/passwd has none of ${CANDIDATES.join(', ')}`);
}

import { mkdir, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

const LEFTOVER_AGE_MS = 24 * 60 * 60_000;

/** A private directory that is gone when disposed. */
export interface Scratch extends AsyncDisposable {
  readonly path: string;
}

/** A new directory (mode 0700) under `parent`; what workers killed more than a day ago left there is removed first. */
export async function openScratch(parent: string): Promise<Scratch> {
  await mkdir(parent, { recursive: true, mode: 0o700 });
  await sweep(parent);
  const path = await mkdtemp(join(parent, 's-'));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

async function sweep(parent: string): Promise<void> {
  for (const name of await readdir(parent)) {
    const path = join(parent, name);
    const age = await stat(path).then(
      ({ mtimeMs }) => Date.now() - mtimeMs,
      () => 0,
    );
    if (age > LEFTOVER_AGE_MS) await rm(path, { recursive: true, force: true });
  }
}

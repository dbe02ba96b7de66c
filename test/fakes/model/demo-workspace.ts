import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The demo repository in this source tree: a small Node project with one failing test. Read it, never change it. */
export const DEMO_REPOSITORY = fileURLToPath(new URL('../../fixtures/demo-repository', import.meta.url));

/** A copy of the demo repository, which is deleted with the object. */
export interface DemoWorkspace extends AsyncDisposable {
  /** The temporary directory around it. */
  readonly root: string;
  /** `<root>/workspace`: the files, not yet a Git repository. */
  readonly workspace: string;
}

/** Copies the demo repository into a new temporary directory. */
export async function openDemoWorkspace(): Promise<DemoWorkspace> {
  const root = await mkdtemp(join(tmpdir(), 'astraforge-demo-'));
  const workspace = join(root, 'workspace');
  await cp(DEMO_REPOSITORY, workspace, { recursive: true });
  return { root, workspace, [Symbol.asyncDispose]: () => rm(root, { recursive: true, force: true }) };
}

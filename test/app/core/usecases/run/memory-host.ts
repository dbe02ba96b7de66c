import type { Repositories } from '#core/ports/host/repository.ts';
import type { ExecuteRunDeps } from '#core/usecases/run/execute-run.ts';
import { never } from './memory-record.ts';

/** Where a host and a mirror tell what was done. */
interface Seen {
  readonly seen: string[];
  readonly bundles: string[];
}

/** A host and a mirror that take everything, and tell the scene. */
export function hostOf<Scene extends Seen>(
  scene: Scene,
  { onPush, config }: { readonly onPush?: (scene: Scene, branch: string) => void; readonly config?: object },
): Pick<ExecuteRunDeps, 'host' | 'repositories' | 'limits'> {
  const { seen } = scene;
  const file = {
    path: '/b',
    ref: 'refs/heads/main',
    sha: 'a',
    sizeBytes: 1,
    [Symbol.asyncDispose]: async () => undefined,
  };
  return {
    limits: { filesMax: 10, allowed: new Set() },
    host: {
      self: async () => ({ id: 99, login: 'astraforge[bot]', bot: true }),
      roleOf: async () => 'write' as const,
      readDefaultBranchFile: async (_, path) =>
        config !== undefined && path.startsWith('.github') ? 'a file' : undefined,
      gitAccess: async () => ({ url: 'u', username: 'n', token: 't' }),
      revoke: async () => undefined,
      baseOf: never,
      branchHead: never,
      findChange: async () => undefined,
      reviseChange: async () => void seen.push('revised'),
      openChange: async () => {
        seen.push('opened');
        return { number: 1, url: 'u' };
      },
    },
    repositories: {
      bundle: async (...[, base, , onTop]: Parameters<Repositories['bundle']>) => {
        seen.push('fetched');
        const text = onTop && new TextDecoder().decode(onTop.patch);
        scene.bundles.push(text === undefined ? base.sha : `${base.sha} and ${text}`);
        return file;
      },
      blobIds: never,
      recentChanges: never,
      commit: async () => ({ sha: 's', treeSha: 't', paths: [], additions: 1, deletions: 0 }),
      push: async (_repo, { branch }) => {
        seen.push(`pushed ${branch.endsWith('-wip') ? 'wip' : 'change'}`);
        onPush?.(scene, branch);
      },
      merge: never,
      revert: never,
    },
  };
}

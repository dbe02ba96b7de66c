import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SetUpOutcome, SetUpPlan, Workspace } from '#core/ports/workspace.ts';
import { workspaceOn } from '../../../sandbox/workspace.ts';
import type { BaseRepository } from '../base-repository.ts';
import { openScene, type GuestScene, type ProvisionerSubject } from '../guest-scene.ts';

/** A loaded workspace in a guest of its own, and what set-up said there. */
export interface SetUpRoom extends AsyncDisposable {
  readonly workspace: Workspace;
  readonly lines: string[];
  readonly sh: GuestScene['sh'];
  setUp(commands: readonly string[], more?: Partial<SetUpPlan>): Promise<SetUpOutcome>;
}

/** A cache of set-up results on the host, and rooms that share it. Disposing closes the rooms that are still open, too. */
export interface SetUpStage extends AsyncDisposable {
  readonly directory: string;
  /** Files in the cache. */
  kept(): Promise<string[]>;
  /** `madeFrom` in the place of what the guest says of itself. */
  openRoom(base: BaseRepository, madeFrom?: string): Promise<SetUpRoom>;
}

const TIMEOUT_MS = 60_000;
const BYTES_MAX = 1024 * 1024 * 1024;

/** Opens an empty cache for guests of `subject`. */
export async function openSetUpStage(subject: ProvisionerSubject, bytesMax = BYTES_MAX): Promise<SetUpStage> {
  const root = await mkdtemp(join(tmpdir(), 'set-up-'));
  const directory = join(root, 'cache');
  const scenes: GuestScene[] = [];
  return {
    directory,
    kept: () => readdir(directory).catch(() => []),
    openRoom: async (base, madeFrom) => {
      const scene = await openScene(subject);
      scenes.push(scene);
      const guest = madeFrom === undefined ? scene.guest : { ...scene.guest, madeFrom };
      const workspace = workspaceOn('test', guest, { setUpCache: { directory, bytesMax } });
      await workspace.load(base.bundle);
      const lines: string[] = [];
      const plan = {
        cacheKey: 'key',
        keep: true,
        timeoutMs: TIMEOUT_MS,
        onLine: (line: string) => void lines.push(line),
      };
      return {
        workspace,
        lines,
        sh: (script) => scene.sh(script, { cwd: '/workspace' }),
        setUp: (commands, more = {}) =>
          workspace.setUp({ ...plan, commands, signal: new AbortController().signal, ...more }),
        [Symbol.asyncDispose]: () => scene[Symbol.asyncDispose](),
      };
    },
    [Symbol.asyncDispose]: async () => {
      for (const scene of scenes) await scene[Symbol.asyncDispose]();
      await rm(root, { recursive: true, force: true });
    },
  };
}

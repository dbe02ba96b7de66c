import type { Guest, GuestDoors, GuestSpec } from './provisioner.ts';
import type { Bundle } from './host/repository.ts';

/** Commands that make a checkout ready to work in, and what their result depends on. */
export interface SetUpPlan {
  /** Shell lines of the repository's configuration, run in order in the workspace; the first that fails ends it. */
  readonly commands: readonly string[];
  /** Names everything the result depends on; the same key means the same result. */
  readonly cacheKey: string;
  /** Whether the result may be kept for later runs: only when the checkout is one that maintainers vouch for. */
  readonly keep: boolean;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** Output, line by line, as it comes. */
  readonly onLine: (line: string) => void;
}

/** How setting up ended. */
export type SetUpOutcome =
  | { readonly kind: 'restored' | 'done' }
  | { readonly kind: 'failed'; readonly command: string; readonly exitCode: number | null };

/** A guest with one repository in it. Disposing destroys the guest. */
export interface Workspace extends AsyncDisposable {
  /** Name of the provisioner behind it. */
  readonly provisioner: string;
  readonly guest: Guest;
  /** Clones the bundle into `guest.paths.workspace` and checks `bundle.sha` out on a local branch; `origin` is a placeholder. */
  load(bundle: Bundle): Promise<void>;
  /** Runs the repository's set-up commands, or restores what they left when that is kept already. */
  setUp(plan: SetUpPlan): Promise<SetUpOutcome>;
  /**
   * Everything that differs from `baseSha`, committed or not, as one binary-safe patch (new, deleted, renamed, binary
   * and mode-changed files); empty when nothing changed. Ignored files are left out.
   * Throws AppError `invalid` when it is larger than `bytesMax`.
   */
  collectPatch(baseSha: string, bytesMax: number): Promise<Uint8Array>;
}

/** Opens workspaces; `sandbox/client.ts` implements it over any provisioner. */
export interface Workspaces {
  readonly provisioner: string;
  /** The kind of doors its guests can use; known once `ready` has resolved. */
  readonly doors: GuestDoors['kind'];
  ready(): Promise<void>;
  open(spec: GuestSpec): Promise<Workspace>;
  reap(isLive: (labels: GuestSpec['labels']) => Promise<boolean>): Promise<number>;
}

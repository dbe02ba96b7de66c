import type { Guest, GuestSpec } from './provisioner.ts';
import type { Bundle } from './repository.ts';

/** A guest with one repository in it. Disposing destroys the guest. */
export interface Workspace extends AsyncDisposable {
  /** Name of the provisioner behind it. */
  readonly provisioner: string;
  readonly guest: Guest;
  /** Clones the bundle into `guest.paths.workspace` and checks `bundle.sha` out on a local branch; `origin` is a placeholder. */
  load(bundle: Bundle): Promise<void>;
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
  ready(): Promise<void>;
  open(spec: GuestSpec): Promise<Workspace>;
  reap(isLive: (labels: GuestSpec['labels']) => Promise<boolean>): Promise<number>;
}

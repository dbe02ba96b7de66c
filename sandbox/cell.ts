import type { Guest, GuestSpec } from '#core/ports/provisioner.ts';

/** A started place. It may wait for a run, and serves one. */
export interface Cell {
  /** Settles when it died, and never rejects. */
  readonly closed: Promise<unknown>;
  /**
   * Makes it the run's, once, before anything runs in it. Throws AppError `missing` or `unavailable` when it is dead, which
   * has to be found out here, and others when the specification is at fault.
   */
  assign(spec: GuestSpec): Promise<Guest>;
  /** Idempotent. */
  destroy(): Promise<void>;
}

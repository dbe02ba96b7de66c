import type { Guest, GuestLabels } from '#core/ports/provisioner.ts';

/** A guest and the run it was made for. */
export interface RegisteredGuest {
  readonly guest: Guest;
  readonly labels: GuestLabels;
}

/** The guests that clients of the sandbox process can name. */
export interface GuestRegister {
  keep(guest: Guest, labels: GuestLabels): void;
  find(id: string): Guest | undefined;
  drop(id: string): void;
  all(): readonly RegisteredGuest[];
  /**
   * Forgets those of `known`, taken before a reap that succeeded, whose runs are not in `live`: a reap asks about every guest
   * there is, so whatever was not said to live was removed, or was gone before.
   */
  forget(known: readonly RegisteredGuest[], live: readonly GuestLabels[]): void;
}

/** Empty at first. A guest stays until it is destroyed or reaped, also when its daemon is gone: what is left of it has to be removed. */
export function createGuestRegister(): GuestRegister {
  const guests = new Map<string, RegisteredGuest>();
  return {
    keep: (guest, labels) => void guests.set(guest.id, { guest, labels }),
    find: (id) => guests.get(id)?.guest,
    drop: (id) => void guests.delete(id),
    all: () => [...guests.values()],
    forget: (known, live) => {
      const alive = new Set(live.map(keyOf));
      for (const { guest, labels } of known) if (!alive.has(keyOf(labels))) guests.delete(guest.id);
    },
  };
}

function keyOf({ runId, epoch }: GuestLabels): string {
  return `${epoch} ${runId}`;
}

import { toAppError } from '#core/domain/errors.ts';
import type { AppError } from '#core/domain/errors.ts';
import type { Guest, GuestLabels, GuestSpec } from '#core/ports/provisioner.ts';
import type { Cell } from './cell.ts';
import { openShelf } from './pool-shelf.ts';
import type { Shelf } from './pool-shelf.ts';

/** How places are made, and how many wait. */
export interface PoolSettings {
  /** Places that wait for each image; 0: none. */
  readonly size: number;
  /** Makes and starts a place; for a run whose labels are given, or to wait. */
  make(image: string, run?: GuestLabels): Promise<Cell>;
  /** Hears what went wrong behind the scenes; it is tried again. */
  onFailure(error: AppError): void;
}

/** Started places that nobody uses yet, by image. Disposing removes them. */
export interface GuestPool extends AsyncDisposable {
  /** Keeps places of this image from now on. */
  warm(image: string): void;
  /** A guest in a place that waited, if there is one that lives, else in a new one. Each place is used once. */
  create(image: string, spec: GuestSpec): Promise<Guest>;
}

/** Images for which places wait; the one that was not used longest goes. */
const IMAGES_MAX = 3;
/** What an {@link Cell.assign} throws that says more of the place than of the specification. */
const DEAD: ReadonlySet<string> = new Set(['missing', 'unavailable']);

/** Opens a pool; nothing is made before {@link GuestPool.warm} or the first guest of an image. */
export function openPool({ size, make, onFailure }: PoolSettings): GuestPool {
  /** In the order of their last use. */
  const shelves = new Map<string, Shelf>();
  const discard = (cell: Cell): Promise<void> =>
    cell.destroy().catch((thrown: unknown) => onFailure(toAppError(thrown, 'remove a waiting workspace')));
  const shelfOf = (image: string): Shelf => {
    const shelf = shelves.get(image) ?? openShelf({ size, make: () => make(image), discard, onFailure });
    shelves.delete(image);
    shelves.set(image, shelf);
    const [oldest] = shelves.keys();
    if (shelves.size > IMAGES_MAX && oldest !== undefined) {
      void shelves.get(oldest)?.close();
      shelves.delete(oldest);
    }
    return shelf;
  };
  const assign = (cell: Cell, spec: GuestSpec): Promise<Guest> => assignOr(discard, cell, spec);
  /** Where none can be made, none can be kept either: the image may be gone. The next guest tries anew. */
  const startCold = async (image: string, spec: GuestSpec): Promise<Guest> => {
    const cell = await make(image, spec.labels).catch((thrown: unknown) => {
      void shelves.get(image)?.close();
      shelves.delete(image);
      throw thrown;
    });
    return assign(cell, spec);
  };
  return {
    warm: (image) => void shelfOf(image),
    create: async (image, spec) => {
      const shelf = shelfOf(image);
      for (let cell = shelf.take(); cell !== undefined; cell = shelf.take()) {
        const outcome = await assign(cell, spec).catch((thrown: unknown) => toAppError(thrown, 'create a workspace'));
        if (!(outcome instanceof Error)) return outcome;
        if (!DEAD.has(outcome.code)) throw outcome;
      }
      return startCold(image, spec);
    },
    [Symbol.asyncDispose]: async () => {
      const open = [...shelves.values()];
      shelves.clear();
      await Promise.all(open.map((shelf) => shelf.close()));
    },
  };
}

/** A place that could not be given to a run is not given to another. */
async function assignOr(discard: (cell: Cell) => Promise<void>, cell: Cell, spec: GuestSpec): Promise<Guest> {
  try {
    return await cell.assign(spec);
  } catch (thrown) {
    await discard(cell);
    throw toAppError(thrown, 'create a workspace');
  }
}

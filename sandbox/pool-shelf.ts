import { toAppError } from '#core/domain/errors.ts';
import type { AppError } from '#core/domain/errors.ts';
import type { Cell } from './cell.ts';

/** How the places of one image are made and removed. */
export interface ShelfSettings {
  readonly size: number;
  make(): Promise<Cell>;
  /** Must not reject. */
  discard(cell: Cell): Promise<void>;
  onFailure(error: AppError): void;
}

/** Places of one image that wait. */
export interface Shelf {
  /** One that lived a moment ago, and now belongs to the caller; another one is made a little later. */
  take(): Cell | undefined;
  /** Removes all, and what is being made. */
  close(): Promise<void>;
}

/** Milliseconds after a place was taken: the start of the run that took it needs the processors. */
const REFILL_DELAY_MS = 2_000;
const FIRST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 60_000;

/** Begins to fill at once. A place that cannot be made, or that died waiting, is replaced after a growing pause. */
export function openShelf({ size, make, discard, onFailure }: ShelfSettings): Shelf {
  const waiting = new Set<Cell>();
  let failures = 0;
  const put = (cell: Cell): void => {
    waiting.add(cell);
    void cell.closed.then(() => {
      if (!waiting.delete(cell)) return;
      failures += 1;
      void discard(cell);
      filler.fillIn(pauseAfter(failures));
    });
  };
  const filler = openFiller(async (isClosed) => {
    while (!isClosed() && waiting.size < size) {
      try {
        const cell = await make();
        if (isClosed()) await discard(cell);
        else put(cell);
      } catch (thrown) {
        failures += 1;
        onFailure(toAppError(thrown, 'make a workspace that waits'));
        return pauseAfter(failures);
      }
    }
    return waiting.size < size ? REFILL_DELAY_MS : null;
  });
  filler.fillIn(0);
  return {
    take: () => {
      const [cell] = waiting;
      if (cell === undefined) return undefined;
      waiting.delete(cell);
      failures = 0;
      filler.fillIn(REFILL_DELAY_MS);
      return cell;
    },
    close: async () => {
      await filler.close();
      const left = [...waiting];
      waiting.clear();
      await Promise.all(left.map(discard));
    },
  };
}

interface Filler {
  /** Starts in so many milliseconds, unless it is at work or about to be. */
  fillIn(pauseMs: number): void;
  /** Resolves when it is no longer at work; it never will be again. */
  close(): Promise<void>;
}

/** Runs `fill` one at a time; it resolves with the milliseconds after which it wants to run again, or null. */
function openFiller(fill: (isClosed: () => boolean) => Promise<number | null>): Filler {
  let isClosed = false;
  let timer: NodeJS.Timeout | undefined;
  let filling: Promise<void> | undefined;
  const run = async (): Promise<void> => {
    const pauseMs = await fill(() => isClosed);
    filling = undefined;
    if (pauseMs !== null) fillIn(pauseMs);
  };
  const fillIn = (pauseMs: number): void => {
    if (isClosed || timer !== undefined || filling !== undefined) return;
    timer = setTimeout(() => {
      timer = undefined;
      filling = run();
    }, pauseMs).unref();
  };
  return {
    fillIn,
    close: async () => {
      isClosed = true;
      clearTimeout(timer);
      await filling;
    },
  };
}

function pauseAfter(failures: number): number {
  return Math.min(FIRST_RETRY_MS * 2 ** (failures - 1), LONGEST_RETRY_MS);
}

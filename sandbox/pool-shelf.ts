import { toAppError } from '#core/domain/errors.ts';
import type { AppError } from '#core/domain/errors.ts';
import type { Cell } from './pool.ts';

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
  let isClosed = false;
  let failures = 0;
  let timer: NodeJS.Timeout | undefined;
  let filling: Promise<void> | undefined;
  const fillLater = (pauseMs: number): void => {
    if (isClosed || timer !== undefined || filling !== undefined) return;
    timer = setTimeout(() => {
      timer = undefined;
      filling = fill().finally(() => {
        filling = undefined;
        if (waiting.size < size) fillLater(pauseAfter(failures));
      });
    }, pauseMs);
    timer.unref();
  };
  const fill = async (): Promise<void> => {
    while (!isClosed && waiting.size < size) {
      try {
        await put(await make());
      } catch (thrown) {
        failures += 1;
        return onFailure(toAppError(thrown, 'make a workspace that waits'));
      }
    }
  };
  const put = async (cell: Cell): Promise<void> => {
    if (isClosed) return discard(cell);
    waiting.add(cell);
    void cell.closed.then(() => {
      if (!waiting.delete(cell)) return;
      failures += 1;
      void discard(cell);
      fillLater(pauseAfter(failures));
    });
  };
  fillLater(0);
  return {
    take: () => {
      const [cell] = waiting;
      if (cell === undefined) return undefined;
      waiting.delete(cell);
      failures = 0;
      fillLater(REFILL_DELAY_MS);
      return cell;
    },
    close: async () => {
      isClosed = true;
      clearTimeout(timer);
      await filling;
      const left = [...waiting];
      waiting.clear();
      await Promise.all(left.map(discard));
    },
  };
}

function pauseAfter(failures: number): number {
  return failures === 0 ? REFILL_DELAY_MS : Math.min(FIRST_RETRY_MS * 2 ** (failures - 1), LONGEST_RETRY_MS);
}

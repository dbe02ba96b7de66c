import { AppError } from '#core/domain/errors.ts';

/** How items are collected and how much may wait. */
export interface BatchRules<Item> {
  /** Names the work in errors ("recording a delivery"). */
  readonly action: string;
  readonly sizeOf: (item: Item) => number;
  readonly itemsMax: number;
  readonly bytesMax: number;
  /** Items that may wait at once; more are refused, so that a stuck database cannot fill the memory. */
  readonly waitingMax: number;
  /** Milliseconds from the call to the answer. */
  readonly deadlineMs: number;
}

interface Waiting<Item, Answer> {
  readonly item: Item;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: unknown) => void;
  readonly timer: NodeJS.Timeout;
}

/**
 * Turns a write of many items into a function for one: while a write is in flight the next items collect, and then go
 * together. Each caller gets the answer of its own item, the write's error, or AppError `unavailable` at the deadline;
 * an item whose caller was already refused is no longer written unless its write had begun.
 */
export function batching<Item, Answer>(
  rules: BatchRules<Item>,
  write: (items: readonly Item[]) => Promise<readonly Answer[]>,
): (item: Item) => Promise<Answer> {
  const waiting = new Set<Waiting<Item, Answer>>();
  let writing = false;

  async function writeAll(): Promise<void> {
    writing = true;
    while (waiting.size > 0) await writeOnce(take(waiting, rules), write);
    writing = false;
  }

  return (item) =>
    new Promise<Answer>((resolve, reject) => {
      if (waiting.size >= rules.waitingMax) {
        reject(
          new AppError('unavailable', `${rules.action}: too many are waiting`, { context: { waiting: waiting.size } }),
        );
        return;
      }
      const timer = setTimeout(() => {
        waiting.delete(entry);
        reject(new AppError('unavailable', `${rules.action} took longer than ${rules.deadlineMs} ms`));
      }, rules.deadlineMs);
      const entry: Waiting<Item, Answer> = { item, resolve, reject, timer };
      waiting.add(entry);
      if (!writing) void writeAll();
    });
}

/** Removes the next batch, oldest first: at least one item, whatever its size. */
function take<Item, Answer>(waiting: Set<Waiting<Item, Answer>>, rules: BatchRules<Item>): Waiting<Item, Answer>[] {
  const batch: Waiting<Item, Answer>[] = [];
  let bytes = 0;
  for (const entry of waiting) {
    bytes += rules.sizeOf(entry.item);
    if (batch.length > 0 && (batch.length >= rules.itemsMax || bytes > rules.bytesMax)) break;
    waiting.delete(entry);
    batch.push(entry);
  }
  return batch;
}

async function writeOnce<Item, Answer>(
  batch: readonly Waiting<Item, Answer>[],
  write: (items: readonly Item[]) => Promise<readonly Answer[]>,
): Promise<void> {
  try {
    const answers = await write(batch.map((entry) => entry.item));
    if (answers.length !== batch.length) throw new AppError('internal', 'A batch was answered incompletely');
    for (const [index, answer] of answers.entries()) batch[index]?.resolve(answer);
  } catch (thrown) {
    for (const entry of batch) entry.reject(thrown);
  } finally {
    for (const entry of batch) clearTimeout(entry.timer);
  }
}

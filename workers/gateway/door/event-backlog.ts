import type { DoorEvent, NumberedDoorEvent } from '#core/contracts/gateway-wire.ts';

/** What happened at a door and is not yet known to have reached its worker. Bounded; the standing is always kept. */
export interface EventBacklog {
  /** Adds an event as a line; what does not fit is counted as dropped instead. */
  push(event: DoorEvent): void;
  /** Forgets everything up to this number: the worker has it. */
  acknowledge(number: number): void;
  /** The line after this number, undefined when there is none yet. */
  next(after: number): { readonly number: number; readonly line: string } | undefined;
  /** Called whenever there is something new. Returns a function that ends it. */
  watch(onNew: () => void): () => void;
  /** Events that found no room: recorded calls, and refusals. */
  dropped(): { readonly calls: number; readonly refusals: number };
}

/** A worker that asks again every few seconds leaves far less; this is what one that hangs may cost in memory. */
const CHARACTERS_MAX = 16 * 1024 * 1024;
const EVENTS_MAX = 10_000;
/** A guest has refusals for nothing, as fast as it can ask; they must not take the room of calls. */
const REFUSALS_MAX = 500;

/** Opens an empty backlog. */
export function createEventBacklog(charactersMax = CHARACTERS_MAX): EventBacklog {
  const watchers = new Set<() => void>();
  const kept: { readonly number: number; readonly line: string; readonly kind: DoorEvent['event'] }[] = [];
  let characters = 0;
  let last = 0;
  let refusals = 0;
  const dropped = { calls: 0, refusals: 0 };
  return {
    push(event) {
      const number = last + 1;
      const line = `${JSON.stringify({ number, said: event } satisfies NumberedDoorEvent)}\n`;
      const full = characters + line.length > charactersMax || kept.length >= EVENTS_MAX;
      if (event.event === 'call' && full) return void (dropped.calls += 1);
      if (event.event === 'refused' && (full || refusals >= REFUSALS_MAX)) return void (dropped.refusals += 1);
      if (event.event === 'refused') refusals += 1;
      last = number;
      const latest = kept.at(-1);
      if (event.event === 'standing' && latest?.kind === 'standing') characters -= kept.pop()?.line.length ?? 0;
      kept.push({ number, line, kind: event.event });
      characters += line.length;
      for (const onNew of watchers) onNew();
    },
    acknowledge(number) {
      const known = kept.findIndex((one) => one.number > number);
      const gone = kept.splice(0, known === -1 ? kept.length : known);
      for (const { line, kind } of gone) {
        characters -= line.length;
        if (kind === 'refused') refusals -= 1;
      }
    },
    next: (after) => kept.find((one) => one.number > after),
    watch(onNew) {
      watchers.add(onNew);
      return () => watchers.delete(onNew);
    },
    dropped: () => ({ ...dropped }),
  };
}

import type { Spread } from './statistics.ts';

/** One line of the main table: what was measured, against what, and whether that is good enough. */
export interface Figure {
  readonly name: string;
  /** Follows each number, e.g. `ms`. */
  readonly unit: string;
  readonly measured: Spread;
  /** The same thing without us, measured in the same run. */
  readonly floor?: Spread;
  /** How measured and floor relate: a quotient (measured / floor) or a difference (measured − floor, in the unit). */
  readonly relation?: { readonly kind: 'ratio' | 'difference'; readonly value: number };
  readonly target?: { readonly text: string; readonly met: boolean };
}

/** A further table of a benchmark; every row is as long as the header. */
export interface Table {
  readonly title: string;
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** What one benchmark has to say. */
export interface BenchResult {
  readonly title: string;
  /** How it was measured, one paragraph each. */
  readonly method: readonly string[];
  readonly figures: readonly Figure[];
  readonly tables: readonly Table[];
  /** What this machine could not measure, each with the reason. */
  readonly leftOut: readonly string[];
}

/** How a benchmark is run. `quick` only shows that it works: the figures of a quick run mean little. */
export interface BenchContext {
  readonly quick: boolean;
  /** One line about what is being done. */
  readonly say: (line: string) => void;
}

/** A number for people: three significant digits, but never fewer than the whole part has. */
export function shown(value: number): string {
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  const text = value.toFixed(digits);
  return Number(text) === 0 ? '0' : text;
}

/** `median (min–max)`; a single measurement is just that. */
export function shownSpread({ median, min, max, count }: Spread): string {
  return count === 1 ? shown(median) : `${shown(median)} (${shown(min)}–${shown(max)})`;
}

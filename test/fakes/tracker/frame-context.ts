import type { WireFrame } from './wire-event.ts';

/** The lines around a frame as pairs of line number and text, as both vendors' APIs give them; empty without any. */
export function frameContext({ lineno, pre_context, context_line, post_context }: WireFrame): [number, string][] {
  if (typeof lineno !== 'number' || typeof context_line !== 'string') return [];
  const before = pre_context ?? [];
  const lines = [...before, context_line, ...(post_context ?? [])];
  return lines.map((text, index) => [lineno - before.length + index, text]);
}

/** A timestamp of a breadcrumb, in seconds or as text, as both vendors' APIs give it. */
export function isoTime(timestamp: number | string | undefined): string | null {
  if (timestamp === undefined) return null;
  return new Date(typeof timestamp === 'number' ? timestamp * 1_000 : timestamp).toISOString();
}

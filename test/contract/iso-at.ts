const START_MS = Date.parse('2026-11-23T10:00:00.000Z');

/** A moment that many seconds after a fixed one, ISO 8601 UTC. */
export function isoAt(seconds: number): string {
  return new Date(START_MS + seconds * 1_000).toISOString();
}

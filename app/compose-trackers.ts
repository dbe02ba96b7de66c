import type { Tracker } from '#core/domain/alert/alert.ts';
import type { TrackerDoor } from '#core/ports/host/webhook-door.ts';

/** The doors of error trackers. A source whose secret is not configured is refused by them like one that is not there. */
export async function openTrackerDoors(
  secrets: ReadonlyMap<string, string>,
): Promise<ReadonlyMap<Tracker, TrackerDoor>> {
  if (secrets.size === 0) return new Map();
  const { openSentryDoor } = await import('./connectors/sentry.ts');
  const { openGlitchtipDoor } = await import('./connectors/glitchtip.ts');
  return new Map([
    ['sentry', openSentryDoor(secrets)],
    ['glitchtip', openGlitchtipDoor({ secrets })],
  ]);
}

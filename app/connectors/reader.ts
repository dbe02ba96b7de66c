import type { AlertReader } from '#core/ports/alerts.ts';
import { readGlitchtip } from './glitchtip.ts';
import { readSentry } from './sentry.ts';

/** Reads the deliveries of all trackers, each in its own language. */
export const alertReader: AlertReader = {
  readAlerts: ({ tracker, url }, { resource, body }) =>
    tracker === 'sentry' ? readSentry(resource, body, url) : readGlitchtip(body, url),
};

import { AlertSecrets, AlertSources, AlertTokens } from '#core/contracts/alert-sources.ts';
import { z } from 'zod';

/** What the process that error trackers call needs. */
export const AlertDoor = z.object({
  ALERT_WEBHOOK_SECRETS: AlertSecrets.prefault('{}').describe(
    'JSON object: id of a source of alerts to the secret that Sentry signs with, or the token in the address that Glitchtip calls',
  ),
});

/** What the process that reads alerts needs. */
export const AlertReading = z.object({
  ALERT_SOURCES: AlertSources.prefault('[]').describe(
    'JSON list of the error trackers whose alerts are taken, and which repository belongs to which project; docs/incidents.md',
  ),
  ALERT_API_TOKENS: AlertTokens.prefault('{}').describe(
    'JSON object: id of a source of alerts to a token that reads issues and events there; without one only what its hooks say is known',
  ),
});

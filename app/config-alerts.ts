import { AlertSecrets, AlertSources, AlertTokens } from '#core/contracts/alert-sources.ts';
import { ChannelSecrets, NoticeChannels } from '#core/contracts/notice-channels.ts';
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
    'JSON object: id of a source of alerts to a token that reads issues and events there, and may write issues where they shall be commented and resolved; without one only what its hooks say is known',
  ),
  ALERT_CHANNELS: NoticeChannels.prefault('[]').describe(
    'JSON list of the channels in which people are told of incidents: `{id, kind: slack}`, `{id, kind: teams}` or `{id, kind: email, to: [addresses], from}`; docs/incidents.md',
  ),
  ALERT_CHANNEL_SECRETS: ChannelSecrets.prefault('{}').describe(
    'JSON object: id of a channel to the address of its webhook or, for email, `smtps://user:password@host` of its mail server',
  ),
});

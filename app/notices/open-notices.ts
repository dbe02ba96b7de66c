import type { ReachableChannel } from '#core/contracts/notice-channels.ts';
import { AppError } from '#core/domain/errors.ts';
import type { Notice, Notices } from '#core/ports/notices.ts';
import { slackMessage } from './slack.ts';
import { teamsMessage } from './teams.ts';
import { postWebhook } from './webhook.ts';

const TIMEOUT_MS = 15_000;

/** What may be chosen; everything has a default. */
export interface NoticesOptions {
  /** For all of one notice. */
  readonly timeoutMs?: number;
  /** Certificates of authorities that mail servers are proven by, as PEM, instead of those that Node.js trusts. */
  readonly authorities?: readonly string[];
}

/** The channels that are configured. What speaks SMTP is loaded when there is one that needs it. */
export async function openNotices(
  channels: readonly ReachableChannel[],
  { timeoutMs = TIMEOUT_MS, authorities }: NoticesOptions = {},
): Promise<Notices> {
  const byId = new Map(channels.map((channel) => [channel.id, channel]));
  const email = channels.some(({ kind }) => kind === 'email') ? await import('./email.ts') : undefined;
  const tell = async (channel: ReachableChannel, notice: Notice): Promise<void> => {
    const options = { action: `Telling the channel ${channel.id} (${channel.kind})`, timeoutMs };
    if (channel.kind === 'email') return email?.sendEmail(channel, notice, { ...options, authorities });
    const message = channel.kind === 'slack' ? slackMessage(notice) : teamsMessage(notice);
    await postWebhook({ url: channel.url, ...options }, message);
  };
  return {
    channels: channels.map(({ id, kind }) => ({ id, kind })),
    async send(channelId, notice) {
      const channel = byId.get(channelId);
      if (channel === undefined) throw new AppError('denied', `Telling the channel ${channelId} failed: there is none`);
      await tell(channel, notice);
    },
  };
}

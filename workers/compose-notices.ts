import { reachableChannels } from '#core/contracts/notice-channels.ts';
import { AppError } from '#core/domain/errors.ts';
import type { Notices } from '#core/ports/notices.ts';
import type { Workers } from '../app/config.ts';

/**
 * The channels in which people are told. Without one nothing of them is loaded.
 * @throws AppError `invalid` where a channel lacks its secret, or a source names one that is not there.
 */
export async function openChannels(
  config: Pick<Workers, 'ALERT_CHANNELS' | 'ALERT_CHANNEL_SECRETS' | 'ALERT_SOURCES'>,
): Promise<Notices> {
  const { ALERT_CHANNELS: channels, ALERT_CHANNEL_SECRETS: secrets, ALERT_SOURCES: sources } = config;
  const reachable = reachableChannels({ channels, secrets, sources: sources.values() });
  if (reachable.length === 0) return { channels: [], send: refuse };
  const { openNotices } = await import('../app/notices/open-notices.ts');
  return openNotices(reachable);
}

async function refuse(channelId: string): Promise<never> {
  throw new AppError('denied', `Telling the channel ${channelId} failed: there is none`);
}

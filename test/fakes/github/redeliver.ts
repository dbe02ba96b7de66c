import type { Delivery } from './webhook-sender.ts';
import type { World } from './world.ts';

/** Sends the same body again, under the same GUID as GitHub does, or under a new one as a forger would. */
export function redeliver(
  { deliveries, hooks }: World,
  guid: string,
  options: { readonly newGuid?: boolean } = {},
): Promise<Delivery> {
  const former = deliveries.find((one) => one.guid === guid);
  if (!former) throw new Error(`no delivery ${guid}`);
  const { event, body } = former;
  return hooks.sendRaw({ event, body, ...(options.newGuid ? {} : { guid, redelivery: true }) });
}

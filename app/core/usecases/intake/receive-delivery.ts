import type { Runtime } from '../../ports/runtime.ts';
import type { Inbox } from '../../ports/store.ts';
import type { ArrivedDelivery } from '../../ports/host/webhook-door.ts';

/**
 * Records a webhook and the job that will read it, and nothing else: no parsing, no call to anybody.
 * `repeated` when the host's id or the very body was seen before, which is as good as recorded.
 * @throws AppError `unavailable` when it is not on record; the caller must not answer 2xx then.
 */
export function receiveDelivery(
  deps: { inbox: Inbox; runtime: Runtime },
  arrived: ArrivedDelivery,
): Promise<'recorded' | 'repeated'> {
  const { scope, ...delivery } = arrived;
  const ofBody = deps.runtime.sha256(delivery.body);
  const bodySha256 = scope === undefined ? ofBody : deps.runtime.sha256(`${scope}/${ofBody}`);
  return deps.inbox.record({ ...delivery, id: deps.runtime.id(), bodySha256 });
}

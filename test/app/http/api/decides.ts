import { ApiCall } from '#core/contracts/api-call.ts';
import type { ApiScene } from './api-scene.ts';

/** Stands for the workers: does the next call that is put on record, settles it with this, and gives it. */
export async function decides(
  { opened }: Pick<ApiScene, 'opened'>,
  outcome: string,
  work: (call: ApiCall) => Promise<void> = async () => undefined,
): Promise<ApiCall> {
  const { inbox, outbox } = opened.store;
  for (;;) {
    const ids: string[] = [];
    await outbox.drain(100, async ({ job }) => {
      if (job.name === 'handle-delivery') ids.push(job.payload.deliveryId);
    });
    for (const id of ids) {
      const read = await inbox.read(id);
      if (read?.delivery.provider !== 'api') continue;
      const call = ApiCall.parse(JSON.parse(Buffer.from(read.delivery.body).toString('utf8')));
      await work(call);
      await inbox.settle(id, outcome);
      return call;
    }
    await outbox.awaitCommit(50, AbortSignal.timeout(10_000));
  }
}

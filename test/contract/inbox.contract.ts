import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, test } from 'vitest';
import { aDelivery, drained, type StoreSubjects } from './store-subject.ts';

/** What every inbox promises. */
export function inboxContract(subjectOf: StoreSubjects): void {
  describe('inbox', () => {
    beforeEach(() => subjectOf().empty());

    test('a recorded delivery can be read back byte for byte, and its job is committed with it', async () => {
      const { store } = subjectOf();
      const delivery = aDelivery({ body: Buffer.from([0, 255, 10, 13, 0, 128]) });
      expect(await store.inbox.record(delivery)).toBe('recorded');
      const read = await store.inbox.read(delivery.id);
      expect({ ...read?.delivery, body: Buffer.from(read?.delivery.body ?? []) }).toEqual(delivery);
      expect(read?.settled).toBe(false);
      expect(Math.abs(Date.now() - Date.parse(read?.receivedAt ?? ''))).toBeLessThan(60_000);
      expect((await drained(store)).map(({ job }) => job)).toEqual([
        { name: 'handle-delivery', payload: { deliveryId: delivery.id } },
      ]);
    });

    test('a delivery of any connector is recorded as its own, and one of nobody is refused', async () => {
      const { store } = subjectOf();
      const delivery = aDelivery({ provider: 'connector:a-new-one' });
      expect(await store.inbox.record(delivery)).toBe('recorded');
      expect((await store.inbox.read(delivery.id))?.delivery.provider).toBe('connector:a-new-one');
      for (const provider of ['connector:', 'connector:A', 'connector:a b'] as const)
        await expect(store.inbox.record(aDelivery({ provider }))).rejects.toThrow(/Recording a delivery/);
    });

    test('a repeated guid, and the same body under a new guid, write nothing', async () => {
      const { store } = subjectOf();
      const first = aDelivery();
      await store.inbox.record(first);
      const sameGuid = aDelivery({ guid: first.guid });
      const sameBody = aDelivery({ body: first.body });
      expect(await store.inbox.record(sameGuid)).toBe('repeated');
      expect(await store.inbox.record(sameBody)).toBe('repeated');
      expect(await store.inbox.read(sameGuid.id)).toBeUndefined();
      expect(await store.inbox.read(sameBody.id)).toBeUndefined();
      expect(await drained(store)).toHaveLength(1);
    });

    test('ten equal deliveries at once make one record and one job', async () => {
      const { store } = subjectOf();
      const delivery = aDelivery();
      const answers = await Promise.all(
        Array.from({ length: 10 }, () => store.inbox.record({ ...delivery, id: randomUUID() })),
      );
      expect(answers.toSorted()).toEqual(['recorded', ...Array.from({ length: 9 }, () => 'repeated')]);
      expect(await drained(store)).toHaveLength(1);
    });

    test('even the same id ten times at once is recorded for one caller only', async () => {
      const { store } = subjectOf();
      const delivery = aDelivery();
      // The first write is under way when the ten arrive, so they go together.
      const first = store.inbox.record(aDelivery());
      const answers = await Promise.all(Array.from({ length: 10 }, () => store.inbox.record(delivery)));
      expect(answers.filter((answer) => answer === 'recorded')).toHaveLength(1);
      expect(await first).toBe('recorded');
      expect(await drained(store)).toHaveLength(2);
    });

    test('of many deliveries at once each caller gets the answer for its own', async () => {
      const { store } = subjectOf();
      const known = await Promise.all(
        Array.from({ length: 20 }, async () => {
          const delivery = aDelivery();
          await store.inbox.record(delivery);
          return { again: aDelivery({ guid: delivery.guid }), expected: 'repeated' };
        }),
      );
      const fresh = Array.from({ length: 200 }, (_, index) => ({
        again: aDelivery({ body: Buffer.from(`${index} `.repeat(index)) }),
        expected: 'recorded',
      }));
      const mixed = [...fresh, ...known].toSorted((a, b) => a.again.id.localeCompare(b.again.id));
      const answers = await Promise.all(mixed.map(({ again }) => store.inbox.record(again)));
      expect(answers).toEqual(mixed.map(({ expected }) => expected));
      for (const { again } of fresh) {
        const read = await store.inbox.read(again.id);
        expect(Buffer.from(read?.delivery.body ?? []).equals(again.body)).toBe(true);
      }
    });

    test('a delivery the tables refuse fails for its caller, and the next one is recorded', async () => {
      const { store } = subjectOf();
      await expect(store.inbox.record(aDelivery({ bodySha256: 'nonsense' }))).rejects.toMatchObject({
        code: 'invalid',
      });
      expect(await store.inbox.record(aDelivery())).toBe('recorded');
    });

    test('settling happens once and a delivery nobody knows reads as undefined', async () => {
      const { store } = subjectOf();
      const delivery = aDelivery();
      await store.inbox.record(delivery);
      await store.inbox.settle(delivery.id, 'ignored: an edit');
      await store.inbox.settle(delivery.id, 'something else');
      expect((await store.inbox.read(delivery.id))?.settled).toBe(true);
      expect(await store.inbox.read(randomUUID())).toBeUndefined();
    });
  });
}

import { beforeEach, describe, expect, test } from 'vitest';
import type { WordsKey } from '#core/domain/command/words-key.ts';
import { eventually } from './eventually.ts';
import { aDelivery, type StoreSubjects } from './store-subject.ts';

const WORDS: WordsKey = { provider: 'github', repoId: 7_000_000_001, kind: 'comment', externalId: '4294967297' };

/** What the record of heard words promises. */
export function heardContract(subjectOf: StoreSubjects): void {
  describe('heard', () => {
    beforeEach(() => subjectOf().empty());

    const recorded = async (same: Parameters<typeof aDelivery>[0] = {}) => {
      const delivery = aDelivery(same);
      await subjectOf().store.inbox.record(delivery);
      return delivery;
    };

    test('of twenty deliveries that bring the same words at once one may act on them, and stays the one', async () => {
      const { store, others = [] } = subjectOf();
      const stores = [store, ...others];
      const deliveries = await Promise.all(Array.from({ length: 20 }, () => recorded()));
      const hear = async (index: number, id: string) => stores[index % stores.length]?.heard.hear(WORDS, id);
      const first = await Promise.all(deliveries.map(({ id }, index) => hear(index, id)));
      expect(first.filter((outcome) => outcome === 'heard')).toHaveLength(1);
      const again = await Promise.all(deliveries.map(({ id }, index) => hear(index, id)));
      expect(again).toEqual(first);
    });

    test('the same number in another repository, on another host or of another kind is other words', async () => {
      const { heard } = subjectOf().store;
      const { id } = await recorded();
      await heard.hear(WORDS, id);
      const others: WordsKey[] = [
        { ...WORDS, repoId: 8 },
        { ...WORDS, provider: 'gitlab' },
        { ...WORDS, kind: 'review-comment' },
        { ...WORDS, externalId: '5' },
      ];
      for (const words of others) expect(await heard.hear(words, (await recorded()).id)).toBe('heard');
    });

    test('words are missing until they were heard or are on record under their guid', async () => {
      const { heard } = subjectOf().store;
      const [said, found, unknown] = ['1', '2', '3'].map((externalId) => ({
        ...WORDS,
        externalId,
        guid: `unheard-${externalId}`,
      }));
      if (!said || !found || !unknown) throw new Error('three were made');
      await heard.hear(said, (await recorded()).id);
      await recorded({ guid: found.guid });
      expect(await heard.missing([said, found, unknown])).toEqual(new Set([unknown.guid]));
      expect(await heard.missing([])).toEqual(new Set());
    });

    test('what was heard is forgotten when it is old, and not before', async () => {
      const { heard, pruning } = subjectOf().store;
      const { id } = await recorded();
      await heard.hear(WORDS, id);
      expect(await pruning.heard(60_000)).toBe(0);
      await eventually(async () => ((await pruning.heard(1)) === 1 ? true : undefined));
      expect(await heard.hear(WORDS, (await recorded()).id)).toBe('heard');
    });
  });
}

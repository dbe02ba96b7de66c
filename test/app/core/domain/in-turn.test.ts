import { expect, test } from 'vitest';
import { inTurn } from '#core/domain/in-turn.ts';

test('no more than so many are under way, all come to their turn in order, and one that fails lets the next one in', async () => {
  const turn = inTurn(2);
  const begun: number[] = [];
  let underWay = 0;
  let most = 0;
  const call = (at: number) =>
    turn(async () => {
      begun.push(at);
      underWay += 1;
      most = Math.max(most, underWay);
      await new Promise(setImmediate);
      underWay -= 1;
      if (at % 3 === 0) throw new Error('no');
      return at;
    });
  const ended = await Promise.allSettled(Array.from({ length: 9 }, (_, at) => call(at)));
  expect(ended.map(({ status }) => status === 'fulfilled')).toEqual(
    [0, 1, 2, 3, 4, 5, 6, 7, 8].map((at) => at % 3 !== 0),
  );
  expect(begun).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
  expect([most, underWay]).toEqual([2, 0]);
});

import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { RunBudget } from '#core/domain/run/budget.ts';
import { NO_USAGE, type TokenUsage } from '#core/domain/run/run.ts';
import { createBudgetGate, type Admission, type BudgetGate } from '../../../../workers/gateway/budget/budget-gate.ts';
import type { CallBound } from '../../../../workers/gateway/budget/spend.ts';

const PRICES = { m: { input: 2, cachedInput: 0.5, output: 10 } };
const NOW = Date.parse('2026-11-23T12:00:00Z');

function gateOf(budget: Partial<RunBudget>, now = (): number => NOW): BudgetGate {
  const deadline = new Date(NOW + 3_600_000).toISOString();
  return createBudgetGate({
    budget: { tokensMax: 1_000_000, costUsdMax: null, deadline, ...budget },
    prices: PRICES,
    now,
  });
}

function bound(tokens: number, model = 'm'): CallBound {
  return { model, inputTokensMax: tokens - 10, outputTokensMax: 10 };
}

function used(inputTokens: number, outputTokens = 0): TokenUsage {
  return { ...NO_USAGE, inputTokens, outputTokens };
}

/** Asks, and tells without waiting how it stands. */
function ask(gate: BudgetGate, asked: CallBound): { leave: () => void; now: () => Promise<Admission | 'waits'> } {
  const leaving = new AbortController();
  const admission = gate.admit(asked, leaving.signal);
  const soon = new Promise<'waits'>((resolve) => {
    setImmediate(() => resolve('waits'));
  });
  return { leave: () => leaving.abort(), now: () => Promise.race([admission, soon]) };
}

async function admitted(asked: { now: () => Promise<Admission | 'waits'> }): Promise<(usage: TokenUsage) => void> {
  const admission = await asked.now();
  if (admission === 'waits' || admission.kind !== 'admitted') throw new Error('not admitted');
  return (usage) => admission.reservation.settle(usage);
}

test('calls that fit together go together, and one that does not waits for room', async () => {
  const gate = gateOf({ tokensMax: 300 });
  const one = await admitted(ask(gate, bound(100)));
  await admitted(ask(gate, bound(150)));
  const third = ask(gate, bound(100));
  expect(await third.now()).toBe('waits');
  one(used(20));
  await admitted(third);
});

test('a call that fits nowhere goes alone, and while it is under way nothing does that would not fit', async () => {
  const gate = gateOf({ tokensMax: 300 });
  const huge = await admitted(ask(gate, bound(5_000)));
  const small = ask(gate, bound(10));
  expect(await small.now()).toBe('waits');
  huge(used(299));
  await admitted(small);
});

test('those who wait are served in the order in which they came', async () => {
  const gate = gateOf({ tokensMax: 300 });
  const first = await admitted(ask(gate, bound(200)));
  const large = ask(gate, bound(290));
  const small = ask(gate, bound(10));
  expect([await large.now(), await small.now()]).toEqual(['waits', 'waits']);
  first(used(5));
  await admitted(large);
  expect(await small.now()).toBe('waits');
});

test('a caller that leaves makes room for those behind it', async () => {
  const gate = gateOf({ tokensMax: 300 });
  await admitted(ask(gate, bound(200)));
  const large = ask(gate, bound(290));
  const small = ask(gate, bound(10));
  large.leave();
  expect(await large.now()).toEqual({ kind: 'left' });
  await admitted(small);
});

test('once the tokens are used up, all who wait and all who come are told so', async () => {
  const gate = gateOf({ tokensMax: 300 });
  const first = await admitted(ask(gate, bound(300)));
  const waiting = ask(gate, bound(100));
  first(used(200, 100));
  expect(await waiting.now()).toEqual({ kind: 'exhausted', limit: 'tokens' });
  expect(await ask(gate, bound(1)).now()).toEqual({ kind: 'exhausted', limit: 'tokens' });
  expect(gate.exhausted()).toBe('tokens');
});

test('money is counted by the price of what was asked, cached tokens by their own', async () => {
  const gate = gateOf({ costUsdMax: 0.01 });
  const first = await admitted(ask(gate, bound(100)));
  first({ inputTokens: 2_000, cachedInputTokens: 1_000, outputTokens: 500, reasoningTokens: 400 });
  expect(gate.costUsd()).toBeCloseTo((1_000 * 2 + 1_000 * 0.5 + 500 * 10) / 1_000_000, 12);
  const second = await admitted(ask(gate, bound(100)));
  second(used(2_000));
  expect(await ask(gate, bound(1)).now()).toEqual({ kind: 'exhausted', limit: 'cost' });
});

test('the cost is unknown from the first use of a model without a price on, and not before', async () => {
  const gate = gateOf({});
  (await admitted(ask(gate, bound(100, 'other'))))(NO_USAGE);
  expect(gate.costUsd()).toBe(0);
  (await admitted(ask(gate, bound(100, 'other'))))(used(1));
  (await admitted(ask(gate, bound(100))))(used(1));
  expect(gate.costUsd()).toBeNull();
});

test('no call begins at the deadline or after it, and whoever waits then is told so', async () => {
  let now = NOW;
  const gate = gateOf({ tokensMax: 300, deadline: new Date(NOW + 30).toISOString() }, () => now);
  await admitted(ask(gate, bound(300)));
  const waiting = gate.admit(bound(100), new AbortController().signal);
  now = NOW + 30;
  expect(await waiting).toEqual({ kind: 'exhausted', limit: 'deadline' });
  expect(gate.msLeft()).toBe(0);
});

test('a deadline that cannot be read lets nothing through', async () => {
  expect(await ask(gateOf({ deadline: 'soon' }), bound(1)).now()).toEqual({ kind: 'exhausted', limit: 'deadline' });
});

test('a call is settled once, whatever is said afterwards', async () => {
  const gate = gateOf({});
  const settle = await admitted(ask(gate, bound(100)));
  settle(used(7));
  settle(used(1_000));
  expect(gate.usage()).toEqual(used(7));
});

test('however calls come, end and use, they overspend by less than one of them', async () => {
  const call = fc.record({ max: fc.integer({ min: 11, max: 400 }), share: fc.double({ min: 0, max: 1, noNaN: true }) });
  const plan = fc.record({
    tokensMax: fc.integer({ min: 1, max: 1_000 }),
    calls: fc.array(call, { minLength: 1, maxLength: 50 }),
    ends: fc.array(fc.nat({ max: 49 }), { maxLength: 120 }),
  });
  await fc.assert(
    fc.asyncProperty(plan, async ({ tokensMax, calls, ends }) => {
      const gate = gateOf({ tokensMax });
      const running: { settle: () => void; tokens: number }[] = [];
      let answered = 0;
      let largest = 0;
      for (const { max, share } of calls) {
        const tokens = Math.floor(max * share);
        void gate.admit(bound(max), new AbortController().signal).then((admission) => {
          answered += 1;
          if (admission.kind !== 'admitted') return;
          largest = Math.max(largest, tokens);
          running.push({ tokens, settle: () => admission.reservation.settle(used(tokens)) });
        });
      }
      const turn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));
      await turn();
      for (const end of ends) {
        const [ended] = running.splice(end % Math.max(running.length, 1), 1);
        ended?.settle();
        await turn();
      }
      for (let rest = running.shift(); rest !== undefined; rest = running.shift()) {
        rest.settle();
        await turn();
      }
      expect(answered).toBe(calls.length);
      const overspent = gate.usage().inputTokens - tokensMax;
      expect(overspent).toBeLessThan(Math.max(largest, 1));
    }),
    { numRuns: 300 },
  );
});

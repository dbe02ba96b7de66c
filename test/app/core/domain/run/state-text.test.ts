import { expect, test } from 'vitest';
import { statusText, type HealedFacts } from '#core/domain/run/state-text.ts';

const nothing = { standing: undefined, ahead: 0, waiting: 0, now: '2026-11-26T12:00:00.000Z', listened: undefined };
const fine = {
  healedTo: '2026-11-26T11:58:00.000Z',
  hindered: undefined,
  recovered: 0,
  pending: 0,
  lost: 0,
} satisfies HealedFacts;
const lineOf = (healed: HealedFacts) =>
  statusText({ ...nothing, healed })
    .split('\n')
    .at(-1);

test('the status tells up to when all deliveries were seen, also where there is no request', () => {
  expect(lineOf(fine)).toBe('Deliveries: all seen up to 2026-11-26T11:58:00.000Z.');
});

test.each([
  [{ recovered: 1 }, '; 1 that was missed was fetched again in the last 24 h.'],
  [{ recovered: 500 }, '; 500 that were missed were fetched again in the last 24 h.'],
  [{ pending: 1 }, '; 1 was missed and is being fetched.'],
  [
    { pending: 2, recovered: 3 },
    '; 3 that were missed were fetched again in the last 24 h; 2 were missed and are being fetched.',
  ],
  [{ lost: 2 }, '; 2 could not be fetched: please say again what I did not react to.'],
])('the status tells a gap and how far it is healed: %j', (counts, words) => {
  expect(lineOf({ ...fine, ...counts })).toBe(`Deliveries: all seen up to ${fine.healedTo}${words}`);
});

test('where deliveries were never compared the status claims nothing about them', () => {
  expect(statusText({ ...nothing, healed: undefined })).not.toContain('Deliveries');
});

test('the status tells why deliveries cannot be compared', () => {
  const hindered = 'I may not see the webhooks of 2 projects';
  expect(lineOf({ ...fine, healedTo: undefined, hindered })).toBe(
    `Deliveries: not compared with those that were sent (${hindered}).`,
  );
  expect(lineOf({ ...fine, hindered })).toBe(`Deliveries: all seen up to ${fine.healedTo} (${hindered}).`);
});

test.each([
  [0, ''],
  [1, '; 1 that no delivery brought was found in the last 24 h'],
  [500, '; 500 that no delivery brought were found in the last 24 h'],
])('the status tells up to when all mentions were heard, and of %i that no delivery brought', (found, words) => {
  const listened = { heardTo: '2026-11-26T11:53:00.000Z', found };
  expect(
    statusText({ ...nothing, healed: undefined, listened })
      .split('\n')
      .at(-1),
  ).toBe(`Mentions: all heard up to 2026-11-26T11:53:00.000Z${words}.`);
});

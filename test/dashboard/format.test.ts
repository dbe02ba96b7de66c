import { expect, test } from 'vitest';
import { formatAgo, formatShare } from '../../dashboard/src/foundation/format.ts';

test('what is long ago is told with its year', () => {
  const now = Date.parse('2026-11-26T12:00:00Z');
  expect(formatAgo('2026-11-26T11:58:00Z', now)).toBe('2 min ago');
  expect(formatAgo('2026-10-20T12:00:00Z', now)).toBe('20 Oct');
  expect(formatAgo('2025-10-20T12:00:00Z', now)).toBe('20 Oct 2025');
});

test('only all is a hundred percent', () => {
  expect([formatShare(1_999, 2_000), formatShare(2, 2), formatShare(0, 3)]).toEqual(['99.9 %', '100 %', '0 %']);
});

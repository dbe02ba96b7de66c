import { expect, test } from 'vitest';
import type { BenchResult } from './figure.ts';
import { renderLines, renderReport } from './render-report.ts';

const RESULT: BenchResult = {
  title: 'Intake',
  method: ['How it was done.'],
  figures: [
    {
      name: 'Rate',
      unit: '/s',
      measured: { median: 1_234.4, min: 1_000, max: 2_000, count: 3 },
      floor: { median: 4_000, min: 4_000, max: 4_000, count: 1 },
      relation: { kind: 'ratio', value: 0.3086 },
      target: { text: '≥ 0.4 × floor', met: false },
    },
    {
      name: 'Added',
      unit: 's',
      measured: { median: 2.5, min: 2.5, max: 2.5, count: 1 },
      relation: { kind: 'difference', value: -0.125 },
      target: { text: '≤ 1 s', met: true },
    },
  ],
  tables: [{ title: 'Rounds', header: ['a', 'b'], rows: [['1 | 2', '3']] }],
  leftOut: ['app on Postgres: no Postgres'],
};
const REPORT = { date: '2026-11-23', quick: false, machine: [['Node.js', '20.0.0'] as const], results: [RESULT] };

test('a target that was missed is reported as missed', () => {
  const text = renderReport(REPORT);
  expect(text).toContain('| Rate | 1234 (1000–2000) /s | 4000 /s | × 0.31 | ≥ 0.4 × floor | **no** |');
  expect(text).toContain('| Added | 2.50 s |  | −0.13 s | ≤ 1 s | yes |');
  expect(renderLines([RESULT])).toContain('(target ≥ 0.4 × floor: **no**)');
});

test('a report says how, where and what was left out', () => {
  const text = renderReport(REPORT);
  for (const part of [
    'How it was done.',
    '| Date | 2026-11-23 |',
    '| Node.js | 20.0.0 |',
    '- app on Postgres: no Postgres',
  ])
    expect(text).toContain(part);
});

test('a quick run cannot be taken for a real one', () => {
  expect(renderReport(REPORT)).not.toContain('quick run');
  expect(renderReport({ ...REPORT, quick: true })).toContain('> This was a quick run');
});

test('a bar inside a cell does not make a column', () => {
  expect(renderReport(REPORT)).toContain(String.raw`| 1 \| 2 | 3 |`);
});

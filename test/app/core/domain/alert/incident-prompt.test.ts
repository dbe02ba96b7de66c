import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Failure } from '#core/domain/alert/failure.ts';
import { INCIDENT_BYTES_MAX, incidentText } from '#core/domain/alert/incident-prompt.ts';
import { utf8Bytes } from '#core/domain/text/text-limit.ts';

const FAILURE: Failure = {
  eventId: 'e',
  errors: [
    { type: 'Error', value: 'no customer', frames: [] },
    {
      type: 'TypeError',
      value: 'x is not a function',
      frames: [
        { file: '/app/node_modules/h.js', function: 'call', line: 3, inApp: false, context: [] },
        {
          ...{ file: '/app/src/cart.js', function: 'total', line: 12, inApp: true },
          context: [
            { line: 11, text: '  const sum = 0;' },
            { line: 12, text: '\treturn x();' },
          ],
        },
      ],
    },
  ],
  breadcrumbs: [{ at: '2026-11-26T10:00:00Z', category: 'http', message: 'GET /cart' }],
  request: { method: 'GET', url: 'https://shop.example/cart?token=abc' },
  tags: [
    ['server', 'a'],
    ['browser', 'b'],
  ],
  release: '1.2',
  environment: 'live',
  events: 7,
  users: 2,
  firstSeen: '2026-11-01',
  lastSeen: '2026-11-26',
};
const alert = {
  title: 'TypeError: x',
  level: 'error',
  environment: null,
  release: null,
  issueUrl: 'https://s.example/1',
};
const facts = { alert, failure: FAILURE, paths: [{ from: '/app/', to: '' }] };

it('tells what failed, where in the repository, how often, and what came before, and no query of a request', () => {
  const text = incidentText(facts);
  for (const part of [
    ...[
      'What failed: TypeError: x',
      'Release: 1.2',
      'Events: 7',
      'People it happened to: 2',
      '- src/cart.js:12 in total',
    ],
    ...['Thrown: TypeError: x is not a function', 'Because of: Error: no customer', '> 12 |   return x();'],
    ...['- 2026-11-26T10:00:00Z http GET /cart', 'Request: GET https://shop.example/cart', '- browser=b\n- server=a'],
  ])
    expect(text).toContain(part);
  expect(text).not.toContain('token=abc');
  expect(incidentText(facts)).toBe(text);
});

it('says so where the tracker could not be asked', () => {
  expect(incidentText({ ...facts, failure: null })).toContain('The tracker could not be asked');
});

it('whatever strangers wrote, stays within 32 KiB, and no text of theirs begins a line', () => {
  const hostile = fc.string({ unit: 'binary', maxLength: 3_000 });
  fc.assert(
    fc.property(hostile, fc.array(hostile, { maxLength: 40 }), (one, many) => {
      const frames = many.map((file) => ({
        ...{ file, function: one, line: 1, inApp: true },
        context: [{ line: 1, text: one }],
      }));
      const failure = {
        ...FAILURE,
        errors: many.map((value) => ({ type: one, value, frames })),
        breadcrumbs: many.map((message) => ({ at: null, category: one, message })),
        tags: many.map((value) => [one, value] as const),
      };
      const text = incidentText({ ...facts, alert: { ...alert, title: one }, failure });
      expect(utf8Bytes(text)).toBeLessThanOrEqual(INCIDENT_BYTES_MAX);
      for (const line of text.split('\n'))
        expect(line).toMatch(/^(?:$|- |[> ] |What |Places |Thrown: |Because of: |Around |Request: |Tags:|…)/);
    }),
    { numRuns: 30 },
  );
});

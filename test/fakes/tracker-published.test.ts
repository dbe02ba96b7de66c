import { describe, expect, test } from 'vitest';
import { readRoutes } from './glitchtip/routes-events.ts';
import { issueRoutes as glitchtipIssueRoutes } from './glitchtip/routes-issues.ts';
import { eventRoutes } from './sentry/routes-events.ts';
import { issueRoutes } from './sentry/routes-issues.ts';
import { releaseRoutes } from './sentry/routes-releases.ts';
import { WEBHOOKS } from './sentry/published-webhooks.ts';
import { departures, pathsOf, readFields, type PublishedShape } from './tracker/published.ts';

const ROUTES = [...issueRoutes, ...eventRoutes, ...releaseRoutes, ...glitchtipIssueRoutes, ...readRoutes];
const SHAPE: PublishedShape = {
  '': 'id:string count~:number/null state:=open|closed tags:list data:object more~:any',
  'tags[]': 'key:string',
  data: 'text:string list~:list',
};

describe('the notation of what vendors publish', () => {
  test('is kept to by every shape', () => {
    const shapes = [...ROUTES.flatMap((route) => [route.body ?? {}, route.answer ?? {}]), ...Object.values(WEBHOOKS)];
    for (const shape of shapes) expect(() => pathsOf(shape)).not.toThrow();
    expect(shapes.flatMap(pathsOf).length).toBeGreaterThan(500);
  });

  test('has no object in a shape that nothing leads to', () => {
    const shapes = [...ROUTES.flatMap((route) => [route.body ?? {}, route.answer ?? {}]), ...Object.values(WEBHOOKS)];
    const lost = shapes.flatMap((shape) => {
      const paths = new Set([...pathsOf(shape), '', '[]']);
      return Object.keys(shape).filter((at) => !paths.has(at) && !paths.has(at.replace(/\[\]$/, '')));
    });
    expect(lost).toEqual([]);
  });

  test.each(['id', 'id:text', 'id:string/nil', ':string'])('refuses the word %s', (word) => {
    expect(() => readFields(word)).toThrow('not in the notation');
  });
});

describe('a departure is seen', () => {
  const good = { id: 'a', count: null, state: 'open', tags: [{ key: 'b' }], data: { text: 'c' } };

  test('and there is none where there is none', () => {
    expect(departures(SHAPE, good)).toEqual([]);
    expect(departures(SHAPE, { ...good, more: [1], data: { text: 'c', list: [1, { a: 1 }] } })).toEqual([]);
    expect(departures({ '[]': 'id:string' }, [])).toEqual([]);
  });

  test.each<[string, unknown]>([
    ['id is missing', { ...good, id: undefined }],
    ['id is null', { ...good, id: null }],
    ['id is no string', { ...good, id: 1 }],
    ['count is no number', { ...good, count: '1' }],
    ['state is no =open|closed', { ...good, state: 'ajar' }],
    ['tags is no list', { ...good, tags: {} }],
    ['tags[].key is missing', { ...good, tags: [{ key: 'a' }, {}] }],
    ['tags[] is no object', { ...good, tags: ['a'] }],
    ['data.text is missing', { ...good, data: {} }],
    ['data.colour is not published', { ...good, data: { text: 'c', colour: 1 } }],
    ['it is no object', 'hello'],
    ['it is no object', undefined],
  ])('%s', (departure, value) => {
    expect(departures(SHAPE, value)).toEqual([departure]);
  });

  test('not as published at all', () => {
    expect(departures({ '[]': 'id:string' }, { id: 'a' })).toEqual(['not as published at all']);
  });
});

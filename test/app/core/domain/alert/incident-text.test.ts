import { describe, expect, test } from 'vitest';
import { issueBody, issueTitle, promptOf, regressionText, stormList } from '#core/domain/alert/incident-text.ts';
import { utf8Bytes, wellFormed } from '#core/domain/text/text-limit.ts';
import { anIncident } from './an-incident.ts';

const WORDS = { mention: 'astraforge' };
/** What a stranger can make a program say, and what of it must not stand in a text of ours as it is. */
const HOSTILE: readonly (readonly [what: string, title: string, live: RegExp])[] = [
  ['a mention', 'Boom @octocat', /@octocat/],
  ['a closing keyword', 'fixes #12, closes octo/tool#3', /fixes #|closes octo/],
  ['an order for GitLab', 'x\n/close\n/assign @me', /^\/(?:close|assign)/m],
  ['our own marker', 'x <!-- astraforge:comment:1 --> y', /<!-- astraforge:comment/],
  ['reading direction', 'abc\u202Edef\u2066x', /[\u202A-\u202E\u2066-\u2069]/],
  ['controls and lines', 'a\u0000b\r\n## Head\n- [ ] item', /\u0000|\n(?:##|- \[)/],
  ['half a sign', 'x\uD83D', /\uD83D(?![\uDC00-\uDFFF])/],
];

describe('what a stranger made the program say', () => {
  test.each(HOSTILE)('is nothing but words in titles and bodies: %s', (_what, title, live) => {
    const incident = anIncident({ title, level: title, environment: title, releases: [title] });
    const texts = [
      issueTitle(incident),
      issueBody(incident, WORDS),
      stormList({ id: incident.id }, [incident]),
      regressionText(incident, { provider: 'gitlab', former: 3, release: title, mention: 'astraforge' }),
    ];
    const ours = /^<!-- .* -->\n/;
    for (const text of texts) expect(text.replace(ours, '')).not.toMatch(live);
    expect(issueTitle(incident)).not.toContain('\n');
  });

  test('is code in bodies, where no link, picture, reference, entity or markup of it lives', () => {
    const title =
      '[x](https://evil.example) ![y](https://evil.example/z.png) **b** #1 !2 `c` &commat;ada https://evil.example';
    const body = issueBody(anIncident({ title }), WORDS);
    const [line = ''] = body.split('\n').filter((one) => one.includes('evil'));
    expect(line.startsWith('**`[x](https://evil.example)')).toBe(true);
    expect(line.endsWith('`**')).toBe(true);
    expect(line.split('`')).toHaveLength(3);
  });

  test('is cut, however much it is', () => {
    const huge = '@a 🙂'.repeat(25_000);
    const incident = anIncident({ title: huge, level: huge, environment: huge, releases: [huge] });
    expect(issueTitle(incident).length).toBeLessThanOrEqual(200);
    for (const text of [issueTitle(incident), issueBody(incident, WORDS)]) expect(wellFormed(text)).toBe(text);
    expect(utf8Bytes(issueBody(incident, WORDS))).toBeLessThan(10_000);
    const list = stormList(
      { id: incident.id },
      Array.from({ length: 200 }, () => incident),
    );
    expect(utf8Bytes(list)).toBeLessThanOrEqual(60_000);
    expect(list).toContain('… and 150 more');
  });

  test('may be nothing at all', () => {
    const incident = anIncident({ title: '\u200B\n ' });
    expect(issueTitle(incident)).toBe('Sentry: a failure without a word');
    expect(issueBody(incident, WORDS)).toContain('**(without a word)**');
  });
});

describe('what is asked', () => {
  test('holds no word of the alert, and of its issue only a number that is one', () => {
    expect(promptOf(anIncident({ issueIds: ['17'] }), undefined)).toMatch(/tells of as issue 17\n/);
    for (const id of ['17; rm -rf /', '1\n2', '', '9'.repeat(21)])
      expect(promptOf(anIncident({ issueIds: [id] }), undefined)).toMatch(/^Mend the failure that Sentry tells of\n/);
  });

  test('tells of the former change when the failure came back', () => {
    expect(promptOf(anIncident({ round: 2 }), '#8')).toContain('It came back after #8 that was to mend it was merged');
    expect(promptOf(anIncident({ round: 1 }), '#8')).not.toContain('#8');
  });
});

test('an issue says who has to agree, or that nobody has before there is a change', () => {
  expect(issueBody(anIncident({ act: 'propose' }), WORDS)).toContain('`@astraforge approve`');
  expect(issueBody(anIncident({ act: 'fix' }), WORDS)).toContain('I am at work on a fix.');
});

test('a storm that is over says so', () => {
  expect(stormList({ id: 'x' }, [])).toContain('Nothing is paused any more.');
});

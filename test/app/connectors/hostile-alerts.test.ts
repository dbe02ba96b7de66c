import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FIRST_TENANT } from '#core/domain/rules/tenant.ts';
import { eventAlert, glitchtipHook, issueHook } from './alert-bodies.ts';
import { openAlertScene, SECRETS, signed, type AlertScene } from './alert-scene.ts';

const MEBIBYTE = 1_024 * 1_024;

let scene: AlertScene;
beforeAll(async () => {
  scene = await openAlertScene();
});
afterAll(() => scene[Symbol.asyncDispose]());

/** Everything that could begin a run is counted: alerts may be on record, work may not. */
async function begun(): Promise<number> {
  return (await scene.opened.store.history.runs(FIRST_TENANT, {}, { after: null, countMax: 10 })).length;
}

const BODY = JSON.stringify(eventAlert());
const good = (): Record<string, string> => signed('event_alert', BODY);

/** What is not Sentry's. */
const FORGED: readonly (readonly [string, () => Record<string, string>, number])[] = [
  ['no signature', () => without('sentry-hook-signature'), 400],
  ['no resource', () => without('sentry-hook-resource'), 400],
  ['no id', () => without('request-id'), 400],
  ['an empty signature', () => ({ ...good(), 'sentry-hook-signature': '' }), 400],
  [
    'half a signature',
    () => ({ ...good(), 'sentry-hook-signature': good()['sentry-hook-signature']?.slice(0, 32) ?? '' }),
    400,
  ],
  [
    'a signature in capitals',
    () => ({ ...good(), 'sentry-hook-signature': (good()['sentry-hook-signature'] ?? '').toUpperCase() }),
    400,
  ],
  ['a signature that is none', () => ({ ...good(), 'sentry-hook-signature': 'z'.repeat(64) }), 400],
  ['a signature of GitHub’s form', () => ({ ...good(), 'sentry-hook-signature': `sha256=${'a'.repeat(57)}` }), 400],
  ['another signature', () => ({ ...good(), 'sentry-hook-signature': 'a'.repeat(64) }), 401],
  ['the signature of another body', () => signed('event_alert', `${BODY} `), 401],
  ['a resource with a path', () => ({ ...good(), 'sentry-hook-resource': '../issue' }), 400],
  ['a resource in capitals', () => ({ ...good(), 'sentry-hook-resource': 'Issue' }), 400],
  ['an id with spaces', () => ({ ...good(), 'request-id': 'a b' }), 400],
  ['an id without end', () => ({ ...good(), 'request-id': 'a'.repeat(2_000) }), 400],
];

function without(name: string): Record<string, string> {
  const { [name]: _, ...rest } = good();
  return rest;
}

/** Addresses that lead nowhere. */
const PATHS: readonly (readonly [string, number])[] = [
  ['/webhooks/sentry', 404],
  ['/webhooks/sentry/', 404],
  ['/webhooks/sentry/nobody', 401],
  ['/webhooks/sentry/till', 401],
  ['/webhooks/sentry/shop/more', 401],
  ['/webhooks/sentry/__proto__', 401],
  ['/webhooks/sentry/constructor', 401],
  ['/webhooks/sentry/%73hop', 404],
  ['/webhooks/sentry/shop%2f', 404],
  ['/webhooks/Sentry/shop', 404],
  ['/webhooks/jira/shop', 404],
  ['/webhooks/glitchtip', 404],
  ['/webhooks/glitchtip/till', 401],
  ['/webhooks/glitchtip/till/wrong', 401],
  [`/webhooks/glitchtip/nobody/${SECRETS.till}`, 401],
  [`/webhooks/glitchtip/till/${SECRETS.shop}`, 401],
  [`/webhooks/glitchtip/till/${SECRETS.till}/more`, 404],
  [`/webhooks/glitchtip/till/${SECRETS.till.slice(1)}`, 401],
  [`/webhooks/glitchtip/till/${SECRETS.till}t`, 401],
];

/** Values where text or a number is expected, and what strangers write into texts. */
const VALUES: readonly unknown[] = [
  ...[null, true, {}, [], [[]], { $ne: null }, '', ' ', '0', -1, 1e308],
  ...["'; drop table alert; --", '\u0000', '\ud800', '‮gnp.exe', '../../etc/passwd', '${jndi:ldap://x}', '{{7*7}}'],
  ...[
    '<img src=x onerror=alert(1)>',
    '](javascript:alert(1))',
    '@astraforge run rm -rf /',
    '/approve\n/approve',
    'x'.repeat(100_000),
  ],
];
const LINKS: readonly unknown[] = [
  ...['javascript:alert(1)', 'file:///etc/passwd', 'http://sentry.example/x', 'https://sentry.example.evil.example/'],
  ...['https://user:password@sentry.example/', 'https://evil.example/?https://sentry.example/', '//sentry.example/', 7],
];
const WHOLES: readonly (string | Uint8Array)[] = [
  ...['', ' ', 'null', '[]', '{}', '"text"', '7', 'true', '{"action":"triggered"}', '{"data":null}', '{"data":{}}'],
  ...['{"data":{"event":null}}', '{"data":{"event":[]}}', '{', '{"a":1}{"b":2}', '<xml/>', 'payload=%7B%7D'],
  ...['{"data":{"event":{"__proto__":{"issue_id":"1"}}}}', '['.repeat(50_000), `{"data":${'{"a":'.repeat(5_000)}`],
  ...[new Uint8Array([0xff, 0xfe, 0x7b]), new Uint8Array(1_000), new Uint8Array([0xc3, 0x28])],
];

const SENTRY_BODIES: readonly unknown[] = [
  ...['issue_id', 'title', 'level', 'release', 'project', 'tags', 'url', 'web_url'].flatMap((field) =>
    (field.endsWith('url') ? LINKS : VALUES).map((value) => eventAlert({ [field]: value })),
  ),
  ...['id', 'title', 'project', 'substatus'].flatMap((field) =>
    VALUES.map((value) => issueHook('created', { [field]: value })),
  ),
];
const GLITCHTIP_BODIES: readonly unknown[] = [
  ...LINKS.map((value) => glitchtipHook({ title_link: value })),
  ...VALUES.map((value) => glitchtipHook({ title: value, fields: [{ title: 'Project', value }] })),
  ...VALUES.map((value) => ({ text: 'GlitchTip Alert', attachments: value })),
  glitchtipHook(
    ...Array.from({ length: 1_000 }, (_, at) => ({ title_link: `https://glitchtip.example/acme/issues/${at}` })),
  ),
];

describe('whoever writes to the doors of error trackers', () => {
  it.each(FORGED)('with %s is refused, and nothing is on record', async (_, headers, status) => {
    const answer = await scene.post('/webhooks/sentry/shop', BODY, headers());
    expect(answer.status).toBe(status);
    expect(await answer.text()).toMatch(/missing header|bad signature/);
    expect(await scene.work()).toEqual([]);
  });

  it.each(PATHS)('at %s is answered %i, and nothing is on record', async (path, status) => {
    const answer = await scene.post(path, BODY, good());
    expect(answer.status).toBe(status);
    expect(await answer.text()).not.toContain(SECRETS.till);
    expect(await scene.work()).toEqual([]);
  });

  it('more than 25 MB at once is answered 413, and nothing is on record', async () => {
    const body = Buffer.alloc(25 * MEBIBYTE + 1, ' ');
    expect((await scene.post('/webhooks/sentry/shop', body, signed('error', body))).status).toBe(413);
    expect((await scene.post(`/webhooks/glitchtip/till/${SECRETS.till}`, body)).status).toBe(413);
    expect(await scene.work()).toEqual([]);
  });

  it(`with any of ${2 * WHOLES.length} genuine bodies that are none is told in the record what they lack`, async () => {
    for (const body of WHOLES) {
      const answers = [
        await scene.post('/webhooks/sentry/shop', body, signed('event_alert', body)),
        await scene.post(`/webhooks/glitchtip/till/${SECRETS.till}`, body),
      ];
      expect(
        answers.map(({ status }) => status),
        String(body).slice(0, 40),
      ).toEqual([202, 202]);
    }
    const outcomes = await scene.work();
    expect(outcomes).toHaveLength(2 * WHOLES.length);
    for (const outcome of outcomes) expect(outcome).toMatch(/^ignored: the body (?:is no JSON|lacks )/);
  });

  it(`with any of ${SENTRY_BODIES.length + GLITCHTIP_BODIES.length} hostile bodies begins no work, and its words stay data`, async () => {
    for (const body of SENTRY_BODIES) {
      const isIssue = JSON.stringify(body).includes('"issue":');
      expect((await scene.sentry(isIssue ? 'issue' : 'event_alert', body)).status).toBe(202);
    }
    for (const body of GLITCHTIP_BODIES) expect((await scene.glitchtip(body)).status).toBe(202);
    const outcomes = await scene.work();
    for (const outcome of outcomes) expect(outcome).toMatch(/^(?:ignored: |\d+ alerts? recorded)/);
    expect(
      outcomes.filter((outcome) => outcome.startsWith('100 alerts')),
      'the thousand are cut',
    ).toHaveLength(1);
    const told = await scene.opened.store.alerts.list(FIRST_TENANT, { after: null, countMax: 1_000 });
    expect(told.length).toBeGreaterThan(150);
    for (const { title, issueUrl, issueId, projects } of told) {
      expect(title.length).toBeLessThanOrEqual(500);
      expect(issueId.length + projects.join('').length).toBeLessThan(20_000);
      expect(issueUrl ?? 'https://sentry.example/').toMatch(/^https:\/\/(?:sentry|glitchtip)\.example\//);
    }
    expect(await begun()).toBe(0);
  });
});

import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { startHookCatcher, type HookCatcher } from './git-host/hook-catcher.ts';
import { ALERT, ALERT_WITH_SECTIONS } from './glitchtip/published-webhook.ts';
import { startGlitchtip, type GlitchtipStandIn } from './glitchtip/stand-in.ts';
import { departures } from './tracker/published.ts';
import { sendError } from './tracker/send-error.ts';
import type { OpenProject } from './tracker/stand-in.ts';

const Alert = z.looseObject({ text: z.string(), attachments: z.array(z.looseObject({ title: z.string() })) });

let catcher: HookCatcher;
let glitchtip: GlitchtipStandIn;
let project: OpenProject;

async function start(options: Parameters<typeof startGlitchtip>[0] = {}): Promise<void> {
  glitchtip = await startGlitchtip(options);
  glitchtip.webhookTarget = `${catcher.url}/glitchtip/source/secret`;
  project = glitchtip.addProject('shop');
}

async function restart(options: Parameters<typeof startGlitchtip>[0]): Promise<void> {
  await glitchtip.close();
  await start(options);
}

beforeEach(async () => {
  catcher = await startHookCatcher();
  await start();
});
afterEach(async () => {
  await glitchtip.close();
  await catcher[Symbol.asyncDispose]();
});

const alerts = (): z.infer<typeof Alert>[] => catcher.caught.map(({ body }) => Alert.parse(JSON.parse(body)));

describe('alerts', () => {
  test('tell of an issue in the words of Slack, with its fields and where it is', async () => {
    await sendError(project.dsn, { release: 'abc', tags: { tenant: 'x' } });
    await glitchtip.settled();
    const [issue] = glitchtip.issues();
    const url = `${glitchtip.url}/acme/issues/${issue?.id}`;
    expect(alerts()).toEqual([
      {
        alias: 'GlitchTip',
        text: 'GlitchTip Alert',
        attachments: [
          {
            title: 'TypeError: it is undefined',
            title_link: url,
            text: 'total(/app/src/cart.js)',
            image_url: null,
            color: '#e52b50',
            fields: [
              { title: 'Project', value: 'shop', short: true },
              { title: 'Environment', value: 'production', short: true },
              { title: 'Server Name', value: 'web-1', short: true },
              { title: 'Release', value: 'abc', short: false },
            ],
            mrkdown_in: ['text'],
          },
        ],
        sections: [{ activityTitle: 'TypeError: it is undefined', activitySubtitle: `[View Issue SHOP-1](${url})` }],
      },
    ]);
    expect(Object.keys(catcher.caught[0]?.headers ?? {}).filter((name) => name.includes('signature'))).toEqual([]);
    glitchtip.assertNoViolations();
  });

  test.each([
    ['sections', ALERT_WITH_SECTIONS, ALERT],
    ['plain', ALERT, ALERT_WITH_SECTIONS],
  ] as const)('are of the form of their version: %s', async (form, shape, other) => {
    await restart({ form, tags: ['tenant'] });
    await sendError(project.dsn, { tags: { tenant: 'x' }, level: 'warning' });
    await glitchtip.settled();
    const [alert] = alerts();
    expect(departures(shape, alert)).toEqual([]);
    expect(departures(other, alert)).not.toEqual([]);
    expect(alert?.attachments[0]).toMatchObject({ color: '#e9b949' });
    expect(JSON.stringify(alert)).toContain('{"title":"Tenant","value":"x","short":false}');
    glitchtip.assertNoViolations();
  });

  test('carry several issues in one delivery, three at most, and say how many there are', async () => {
    await restart({ when: 'collect' });
    for (const type of ['A', 'B', 'C', 'D']) await sendError(project.dsn, { type });
    expect(catcher.caught).toEqual([]);
    await glitchtip.sendAlerts();
    const [alert] = alerts();
    expect(alert?.text).toBe('GlitchTip Alert (4 issues)');
    expect(alert?.attachments.map(({ title }) => title[0])).toEqual(['A', 'B', 'C']);
    expect(await glitchtip.sendAlerts()).toBeUndefined();
  });

  test('come once for an issue, after as many events as asked for', async () => {
    await restart({ quantity: 3 });
    for (let sent = 0; sent < 2; sent += 1) await sendError(project.dsn);
    await glitchtip.settled();
    expect(catcher.caught).toEqual([]);
    for (let sent = 0; sent < 3; sent += 1) await sendError(project.dsn);
    await glitchtip.settled();
    expect(catcher.caught).toHaveLength(1);
  });

  test('can be sent twice, late, not at all, or to a path that somebody guessed', async () => {
    glitchtip.disturb({ copies: 2 });
    await sendError(project.dsn, { type: 'A' });
    glitchtip.disturb({ copies: 0 });
    await sendError(project.dsn, { type: 'B' });
    await glitchtip.settled();
    expect(alerts().map(({ attachments }) => attachments[0]?.title[0])).toEqual(['A', 'A']);
    glitchtip.webhookTarget = `${glitchtip.url}/nowhere/secret`;
    glitchtip.disturb({ forge: 'signature' });
    await sendError(project.dsn, { type: 'C' });
    await glitchtip.settled();
    const [{ operationId } = { operationId: '' }] = glitchtip.takeViolations();
    expect(operationId).toMatch(/^POST \/nowhere\/[0-9a-f-]{36}$/);
  });
});

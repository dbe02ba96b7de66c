import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { startHookCatcher, type CaughtHook, type HookCatcher } from './git-host/hook-catcher.ts';
import { ACTIONS, WEBHOOKS } from './sentry/published-webhooks.ts';
import { startSentry, type SentryStandIn } from './sentry/stand-in.ts';
import { departures } from './tracker/published.ts';
import { sendError } from './tracker/send-error.ts';
import type { OpenProject } from './tracker/stand-in.ts';

const Body = z.looseObject({
  action: z.string(),
  actor: z.looseObject({ type: z.string(), id: z.union([z.string(), z.number()]), name: z.string() }),
  data: z.looseObject({}),
});

let sentry: SentryStandIn;
let catcher: HookCatcher;
let project: OpenProject;
beforeEach(async () => {
  [sentry, catcher] = await Promise.all([
    startSentry({ resources: ['issue', 'comment', 'error'], timeoutMs: 30_000 }),
    startHookCatcher(),
  ]);
  sentry.webhookTarget = catcher.url;
  project = sentry.addProject('shop');
});
afterEach(async () => {
  await sentry.close();
  await catcher[Symbol.asyncDispose]();
});

const bodyOf = ({ body }: CaughtHook): z.infer<typeof Body> => Body.parse(JSON.parse(body));
const Resource = z.enum(['installation', 'event_alert', 'issue', 'metric_alert', 'error', 'comment']);
const resourceOf = ({ headers }: CaughtHook): z.infer<typeof Resource> =>
  Resource.parse(headers['sentry-hook-resource']);
const nameOf = (hook: CaughtHook): string => `${resourceOf(hook)}.${bodyOf(hook).action}`;
const names = (): string[] => catcher.caught.map(nameOf).toSorted();
const find = (name: string): z.infer<typeof Body> => {
  const hook = catcher.caught.find((one) => nameOf(one) === name);
  if (!hook) throw new Error(`no ${name} among ${names().join(', ')}`);
  return bodyOf(hook);
};
const isSigned = ({ headers, body }: CaughtHook): boolean =>
  headers['sentry-hook-signature'] === createHmac('sha256', sentry.clientSecret).update(body).digest('hex');

/** Lets everything happen that a webhook tells of. */
async function everything(): Promise<void> {
  const eventId = await sendError(project.dsn, { user: '7', extra: { request: { url: 'http://a/b', method: 'GET' } } });
  const [issue] = sentry.issues();
  const id = issue?.id ?? 0;
  const comment = sentry.comment(id, 'looking at it', 'bea');
  sentry.editComment(id, comment, 'done');
  sentry.deleteComment(id, comment);
  sentry.assign(id, 'bea');
  sentry.archive(id);
  sentry.escalate(id);
  sentry.resolve(id);
  await sentry.sendAlert(eventId);
  for (const action of ['critical', 'warning', 'resolved'] as const)
    await sentry.sendMetricAlert({ project: 'shop', action });
  await sentry.sendInstallation('created');
  await sentry.sendInstallation('deleted');
  await sentry.settled();
}

describe('webhooks of every resource', () => {
  beforeEach(everything);

  test('come with every documented action, and with bodies as the documented samples', () => {
    const all = Object.entries(ACTIONS).flatMap(([resource, actions]) =>
      actions.map((action) => `${resource}.${action}`),
    );
    expect([...new Set(names())]).toEqual(all.toSorted());
    for (const hook of catcher.caught) {
      expect(departures(WEBHOOKS[resourceOf(hook)], JSON.parse(hook.body))).toEqual([]);
    }
    sentry.assertNoViolations();
  });

  test('are signed over the very bytes, and named and timed in headers', () => {
    expect(catcher.caught.filter((hook) => !isSigned(hook))).toEqual([]);
    expect(new Set(catcher.caught.map(({ headers }) => headers['request-id'])).size).toBe(catcher.caught.length);
    for (const { headers } of catcher.caught) {
      expect(headers['request-id']).toMatch(/^[0-9a-f]{32}$/);
      expect(Math.abs(Number(headers['sentry-hook-timestamp']) - Date.now() / 1_000)).toBeLessThan(120);
      expect(headers['content-type']).toBe('application/json');
    }
  });

  test('tell what was taken in', () => {
    const [event] = sentry.events();
    const [issue] = sentry.issues();
    const { data } = find('event_alert.triggered');
    expect(data).toMatchObject({
      triggered_rule: 'Something new or back',
      event: {
        event_id: event?.id,
        issue_id: String(issue?.id),
        issue_url: `${sentry.apiUrl}/organizations/acme/issues/${issue?.id}/`,
        url: `${sentry.apiUrl}/projects/acme/shop/events/${event?.id}/`,
        release: '1.0.0',
        environment: 'production',
        user: { id: '7' },
        exception: { values: [{ type: 'TypeError', stacktrace: { frames: [{}, { in_app: true, lineno: 12 }] } }] },
      },
    });
    expect(find('issue.created').data).toMatchObject({ issue: { shortId: 'SHOP-1', substatus: 'new', count: '1' } });
    expect(find('issue.unresolved').data).toMatchObject({ issue: { status: 'unresolved', substatus: 'escalating' } });
    expect(find('comment.updated').data).toMatchObject({ comment: 'done', issue_id: issue?.id });
  });

  test('say who did it: Sentry itself, or a person', () => {
    expect(find('issue.created').actor).toEqual({ type: 'application', id: 'sentry', name: 'Sentry' });
    expect(find('comment.created').actor).toMatchObject({ type: 'user', name: 'bea' });
    expect(find('issue.assigned').actor).toMatchObject({ type: 'user', name: 'ida' });
  });
});

describe('a delivery that goes wrong', () => {
  test('comes twice, the same both times', async () => {
    sentry.disturb({ event: 'event_alert', copies: 2 });
    await sendError(project.dsn);
    await sentry.settled();
    const alerts = catcher.caught.filter((hook) => nameOf(hook) === 'event_alert.triggered');
    expect(alerts).toHaveLength(2);
    expect(alerts[0]?.body).toBe(alerts[1]?.body);
    expect(alerts[0]?.headers['request-id']).toBe(alerts[1]?.headers['request-id']);
  });

  test.each(['signature', 'body', 'unsigned'] as const)('has a forged %s', async (forge) => {
    sentry.disturb({ event: 'event_alert', forge });
    await sendError(project.dsn);
    await sentry.settled();
    const [forged, ...honest] = catcher.caught.toSorted((a, b) => Number(isSigned(a)) - Number(isSigned(b)));
    expect(forged && nameOf(forged)).toBe('event_alert.triggered');
    expect(forged && isSigned(forged)).toBe(false);
    expect(honest.map(isSigned)).toEqual([true, true]);
  });

  test('is late, or never comes', async () => {
    sentry.disturb({ event: 'event_alert', delayMs: 300 });
    sentry.disturb({ event: 'error', copies: 0 });
    await sendError(project.dsn);
    await sentry.settled();
    expect(names()).toEqual(['event_alert.triggered', 'issue.created']);
    const at = (event: string): number => sentry.deliveries.find((one) => one.event === event)?.at ?? 0;
    expect(at('event_alert') - at('issue')).toBeGreaterThanOrEqual(299);
    expect(sentry.deliveries).toContainEqual(
      expect.objectContaining({ event: 'error', status: null, response: 'lost' }),
    );
  });

  test('is given up after a second, and counted, and nothing is sent after too many', async () => {
    await using impatient = await startSentry({ timeoutsMax: 1 });
    const silent = createServer(() => undefined);
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const address = silent.address();
    impatient.webhookTarget = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/`;
    const startedAt = Date.now();
    const delivery = await impatient.sendInstallation('created');
    expect(delivery).toMatchObject({ status: null, response: expect.stringContaining('TimeoutError') });
    expect(Date.now() - startedAt).toBeGreaterThanOrEqual(990);
    expect(impatient.timeouts).toBe(1);
    const next = await impatient.sendInstallation('deleted');
    expect(next).toMatchObject({ status: null, response: 'unsubscribed after too many timeouts' });
    silent.closeAllConnections();
    silent.close();
  });

  test('that is refused is on record with its answer', async () => {
    catcher.status = 401;
    expect(await sentry.sendInstallation('created')).toMatchObject({ status: 401, response: 'caught' });
    expect(sentry.timeouts).toBe(0);
  });
});

test('a body that departs from the sample is seen', () => {
  const comment = { comment: 'x', project_slug: 's', comment_id: 1, issue_id: '1', timestamp: 'now', more: 1 };
  const body = { action: 'created', actor: { type: 'user', id: 1, name: 'a' }, data: comment, installation: {} };
  expect(departures(WEBHOOKS.comment, body)).toEqual([
    'data.more is not published',
    'data.issue_id is no number',
    'installation.uuid is missing',
  ]);
});

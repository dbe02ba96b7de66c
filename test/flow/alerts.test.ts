import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { AlertSummary } from '#core/contracts/http/alerts.ts';
import { startGlitchtip, type GlitchtipStandIn } from '../fakes/glitchtip/stand-in.ts';
import { startSentry, type SentryStandIn } from '../fakes/sentry/stand-in.ts';
import { FAILING, runPythonService, startService } from '../fakes/tracker/sample-service.ts';
import { API_ENV } from './rest-client.ts';
import { openWorld, until, type World } from './world.ts';

/** As long as a loaded machine may need; Sentry itself gives a second. */
const HOOK_MS = 30_000;
const TOKEN = randomBytes(32).toString('hex');

let sentry: SentryStandIn;
let glitchtip: GlitchtipStandIn;
let world: World;
beforeAll(async () => {
  [sentry, glitchtip] = await Promise.all([startSentry({ timeoutMs: HOOK_MS }), startGlitchtip()]);
  const source = { organization: 'acme' };
  world = await openWorld({
    env: {
      ...API_ENV,
      ALERT_SOURCES: JSON.stringify([
        {
          ...{ ...source, id: 'shop', tracker: 'sentry', url: sentry.url },
          projects: [{ project: 'letters', repository: 'github:acme/durations' }],
        },
        { ...source, id: 'till', tracker: 'glitchtip', url: glitchtip.url },
      ]),
      ALERT_WEBHOOK_SECRETS: JSON.stringify({ shop: sentry.clientSecret, till: TOKEN }),
    },
  });
  sentry.webhookTarget = `${world.astraforge.url}/webhooks/sentry/shop`;
  glitchtip.webhookTarget = `${world.astraforge.url}/webhooks/glitchtip/till/${TOKEN}`;
});
afterAll(async () => {
  await world[Symbol.asyncDispose]();
  await Promise.all([sentry[Symbol.asyncDispose](), glitchtip[Symbol.asyncDispose]()]);
});

/** The newest alert that a client of the API is shown of a source. */
async function shown(source: string, occasion: string) {
  const headers = { 'x-api-key': API_ENV.API_ADMIN_KEY };
  return until(`an alert of ${source}`, async () => {
    const answer = await fetch(`${world.astraforge.url}/api/alerts/`, { headers });
    const alerts = z.array(AlertSummary).parse(await answer.json());
    return alerts.find((alert) => alert.source === source && alert.occasion === occasion);
  });
}

describe('an error that a program throws', () => {
  it('through the SDK of Sentry is shown with its issue, release, environment and repository', async () => {
    const { dsn } = sentry.addProject('letters');
    await using service = await startService({ sample: 'javascript', dsn, release: 'letters@1', environment: 'live' });
    await service.get(FAILING.javascript);
    const alert = await shown('shop', 'fired');
    const issue = sentry.issues().at(-1);
    expect(alert).toMatchObject({
      ...{ tracker: 'sentry', issue_id: String(issue?.id), release: 'letters@1', environment: 'live', level: 'error' },
      ...{ repository: 'github:acme/durations', outcome: 'On record.' },
    });
    expect(alert.title).toContain('Error');
    expect(alert.issue_url).toContain(`/issues/${issue?.id}/`);
    expect((await shown('shop', 'created')).issue_id).toBe(alert.issue_id);
    sentry.assertNoViolations();
  });

  it('and that Glitchtip tells of is shown too, without a repository while none is configured', async () => {
    const { dsn } = glitchtip.addProject('rules');
    await runPythonService({ sample: 'python', dsn, release: 'rules@1' }, FAILING.python);
    const alert = await shown('till', 'fired');
    expect(alert).toMatchObject({ tracker: 'glitchtip', repository: null, projects: ['rules'] });
    expect(alert.issue_id).toBe(String(glitchtip.issues().at(-1)?.id));
    glitchtip.assertNoViolations();
  });

  it('begins nothing, and no secret of a source is in any log', () => {
    expect(world.github.ledger.filter(({ kind }) => kind !== 'token.create')).toEqual([]);
    expect(world.model.requests).toEqual([]);
    for (const secret of [TOKEN, sentry.clientSecret]) expect(world.logs.join('\n')).not.toContain(secret);
  });
});

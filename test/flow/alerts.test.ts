import { randomBytes } from 'node:crypto';
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { AlertDetail, AlertSummary } from '#core/contracts/http/alerts.ts';
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
/** Where the service that fails is deployed. */
let deployed: string;
beforeAll(async () => {
  deployed = path.join(await realpath(await mkdtemp(path.join(tmpdir(), 'astraforge-deployed-'))), 'service');
  [sentry, glitchtip] = await Promise.all([startSentry({ timeoutMs: HOOK_MS }), startGlitchtip()]);
  const source = { organization: 'acme' };
  world = await openWorld({
    env: {
      ...API_ENV,
      ALERT_SOURCES: JSON.stringify([
        {
          ...{ ...source, id: 'shop', tracker: 'sentry', url: sentry.url, act: 'record' },
          projects: [
            {
              project: 'letters',
              repository: 'github:acme/durations',
              paths: [{ from: `${deployed}/`, to: 'letters/' }],
            },
          ],
        },
        { ...source, id: 'till', tracker: 'glitchtip', url: glitchtip.url },
      ]),
      ALERT_WEBHOOK_SECRETS: JSON.stringify({ shop: sentry.clientSecret, till: TOKEN }),
      ALERT_API_TOKENS: JSON.stringify({ shop: sentry.readToken, till: glitchtip.readToken }),
    },
  });
  sentry.webhookTarget = `${world.astraforge.url}/webhooks/sentry/shop`;
  glitchtip.webhookTarget = `${world.astraforge.url}/webhooks/glitchtip/till/${TOKEN}`;
});
afterAll(async () => {
  await world[Symbol.asyncDispose]();
  await Promise.all([sentry[Symbol.asyncDispose](), glitchtip[Symbol.asyncDispose]()]);
  await rm(path.dirname(deployed), { recursive: true, force: true });
});

async function read<Schema extends z.ZodType>(address: string, schema: Schema): Promise<z.output<Schema>> {
  const headers = { 'x-api-key': API_ENV.API_ADMIN_KEY };
  return schema.parse(await (await fetch(`${world.astraforge.url}/api${address}`, { headers })).json());
}

/** The newest alert that a client of the API is shown of a source, with all that is known of it. */
async function shown(source: string, occasion: string): Promise<AlertDetail> {
  const { id } = await until(`an alert of ${source}`, async () => {
    const alerts = await read('/alerts/', z.array(AlertSummary));
    const isConcluded = ({ outcome }: AlertSummary) => outcome !== 'On record.';
    return alerts.find((alert) => alert.source === source && alert.occasion === occasion && isConcluded(alert));
  });
  return read(`/alerts/${id}/`, AlertDetail);
}

describe('an error that a program throws', () => {
  it('through the SDK of Sentry is shown with its issue, release, environment and repository', async () => {
    const { dsn } = sentry.addProject('letters');
    const deployment = { sample: 'javascript', dsn, release: 'letters@1', environment: 'live' } as const;
    await using service = await startService({ ...deployment, directory: deployed });
    await service.get(FAILING.javascript);
    const alert = await shown('shop', 'fired');
    const issue = sentry.issues().at(-1);
    expect(alert).toMatchObject({
      ...{ tracker: 'sentry', issue_id: String(issue?.id), release: 'letters@1', environment: 'live', level: 'error' },
      ...{ repository: 'github:acme/durations', outcome: 'Only recorded: its source is only recorded.' },
    });
    expect(alert.title).toContain('Error');
    expect(alert.issue_url).toContain(`/issues/${issue?.id}/`);
    expect(alert.cause).toMatch(/^\w*Error\n/);
    expect(alert.account).toMatch(/Places in this repository, innermost first:\n- letters\/\S+\.js:\d+/);
    expect(alert.account).toContain('Events: 1');
    const created = await shown('shop', 'created');
    expect([created.issue_id, created.cause]).toEqual([alert.issue_id, alert.cause]);
    sentry.assertNoViolations();
  });

  it('and that Glitchtip tells of is shown too, without a repository while none is configured', async () => {
    const { dsn } = glitchtip.addProject('rules');
    await runPythonService({ sample: 'python', dsn, release: 'rules@1' }, FAILING.python);
    const alert = await shown('till', 'fired');
    expect(alert).toMatchObject({ tracker: 'glitchtip', repository: null, projects: ['rules'] });
    expect(alert.issue_id).toBe(String(glitchtip.issues().at(-1)?.id));
    expect([alert.release, alert.account]).toEqual(['rules@1', expect.stringContaining('Thrown: ')]);
    glitchtip.assertNoViolations();
  });

  it('is on record with what its hook said while the tracker does not answer, which it says', async () => {
    glitchtip.fault({ match: { method: 'GET' }, status: 503, times: 99 });
    const { dsn } = glitchtip.addProject('away');
    await runPythonService({ sample: 'python', dsn, release: 'away@1' }, FAILING.python);
    const alert = await until('the alert', async () =>
      (await read('/alerts/', z.array(AlertSummary))).find(({ projects }) => projects.includes('away')),
    );
    expect(alert.outcome).toContain('Only what its hook said is known: Asking till (glitchtip): it answered 503.');
    expect((await read(`/alerts/${alert.id}`, AlertDetail)).cause).toBeNull();
  });

  it('begins nothing, and no secret of a source is in any log', () => {
    expect(world.github.ledger.filter(({ kind }) => kind !== 'token.create')).toEqual([]);
    expect(world.model.requests).toEqual([]);
    for (const secret of [TOKEN, sentry.clientSecret, sentry.readToken, glitchtip.readToken])
      expect(world.logs.join('\n')).not.toContain(secret);
  });
});

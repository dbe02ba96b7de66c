import { afterAll, beforeAll, expect } from 'vitest';
import { FIRST_TENANT } from '#core/domain/rules/tenant.ts';
import { startSentry, type SentryStandIn } from '../fakes/sentry/stand-in.ts';
import { sampleFiles } from '../fakes/tracker/sample-service.ts';
import { sendError } from '../fakes/tracker/send-error.ts';
import { play, type HostChoice } from './hosts/on-both-hosts.ts';
import { MENDS_LETTER } from './incident-scenarios.ts';

const HOOK_MS = 60_000;

/** The repository of each host's scene, as a source of alerts names it. */
export const REPOSITORIES = { github: 'github:acme/durations', gitlab: 'gitlab:team/tools/durations' } as const;

/** A scene that hears of everything in one project of a Sentry. */
export function hearing(host: HostChoice, source: Readonly<Record<string, unknown>>, config: string) {
  let sentry: SentryStandIn;
  let files: Record<string, string>;
  let dsn: string;
  beforeAll(async () => {
    [sentry, files] = await Promise.all([
      startSentry({ timeoutMs: HOOK_MS, resources: ['comment'], alertOn: [] }),
      sampleFiles('javascript'),
    ]);
    dsn = sentry.addProject('letters').dsn;
  });
  const scene = play(host, () => ({
    ...{ scenario: MENDS_LETTER, files, config },
    env: {
      ALERT_SOURCES: JSON.stringify([
        {
          ...{ id: 'shop', tracker: 'sentry', url: sentry.url, organization: 'acme' },
          ...{ projects: [{ project: 'letters', repository: REPOSITORIES[host.provider] }], ...source },
        },
      ]),
      ALERT_WEBHOOK_SECRETS: JSON.stringify({ shop: sentry.clientSecret }),
      ALERT_API_TOKENS: JSON.stringify({ shop: sentry.writeToken }),
    },
  }));
  afterAll(() => sentry[Symbol.asyncDispose]());
  return {
    scene,
    tracker: () => sentry,
    incidents: () => scene().astraforge.shared.store.incidents.list(FIRST_TENANT, { after: null, countMax: 100 }),
    /** An error, and an alert of it whatever the rules of the tracker say. */
    async fail(error: Parameters<typeof sendError>[1]): Promise<void> {
      sentry.webhookTarget = `${scene().astraforge.url}/webhooks/sentry/shop`;
      const { status } = await sentry.sendAlert(await sendError(dsn, error));
      expect(status).toBe(202);
    },
  };
}

import { randomBytes } from 'node:crypto';
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startGlitchtip } from '../fakes/glitchtip/stand-in.ts';
import { startSentry } from '../fakes/sentry/stand-in.ts';
import { FAILING, startService } from '../fakes/tracker/sample-service.ts';
import type { TrackerStandIn } from '../fakes/tracker/stand-in.ts';
import { until } from './world.ts';

/** As long as a loaded machine may need; Sentry itself gives a second. */
const HOOK_MS = 30_000;

export type TrackerName = 'sentry' | 'glitchtip';

/** A deployed program that a tracker watches. */
export interface Watched extends AsyncDisposable {
  readonly tracker: TrackerStandIn;
  /** Variables of an AstraForge that hears of it; `more` is added to its source. */
  env(repository: string, more?: Readonly<Record<string, unknown>>): Record<string, string>;
  /** Where the tracker's hooks go from now on. */
  listen(url: string): void;
  /** Throws the sample's error in a release, through the real SDK. */
  fail(release: string): Promise<void>;
  /** Id of the newest issue. */
  issueId(): string;
}

/** Starts a tracker and deploys the JavaScript sample, with its bug. */
export async function watch(name: TrackerName): Promise<Watched> {
  const directory = await realpath(await mkdtemp(path.join(tmpdir(), 'astraforge-deployed-')));
  const deployed = path.join(directory, 'service');
  const { tracker, secret, token, address } = await start(name);
  const { dsn } = tracker.addProject('letters');
  return {
    tracker,
    env: (repository, more = {}) => ({
      ALERT_SOURCES: JSON.stringify([
        {
          ...{ id: 'shop', tracker: name, url: tracker.url, organization: 'acme' },
          projects: [{ project: 'letters', repository, paths: [{ from: `${deployed}/`, to: '' }] }],
          ...more,
        },
      ]),
      ALERT_WEBHOOK_SECRETS: JSON.stringify({ shop: secret }),
      ALERT_API_TOKENS: JSON.stringify({ shop: token }),
    }),
    listen(url) {
      tracker.webhookTarget = `${url}${address}`;
    },
    async fail(release) {
      await using service = await startService({
        ...{ sample: 'javascript', dsn, release, environment: 'live', directory: deployed },
      });
      const before = tracker.events().length;
      await service.get(FAILING.javascript);
      await until('the error to be reported', () => tracker.events().length > before);
    },
    issueId: () => String(tracker.issues().at(-1)?.id),
    async [Symbol.asyncDispose]() {
      await tracker[Symbol.asyncDispose]();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

async function start(name: TrackerName) {
  if (name === 'sentry') {
    const tracker = await startSentry({ timeoutMs: HOOK_MS });
    return { tracker, secret: tracker.clientSecret, token: tracker.writeToken, address: '/webhooks/sentry/shop' };
  }
  const tracker = await startGlitchtip({ tags: ['release'] });
  const secret = randomBytes(32).toString('hex');
  return { tracker, secret, token: tracker.writeToken, address: `/webhooks/glitchtip/shop/${secret}` };
}

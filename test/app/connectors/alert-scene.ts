import { createHmac } from 'node:crypto';
import { AlertSources } from '#core/contracts/alert-sources.ts';
import { createRedactor } from '#core/domain/text/secrets.ts';
import { hearAlerts } from '#core/usecases/alert/hear-alerts.ts';
import { receiveDelivery } from '#core/usecases/intake/receive-delivery.ts';
import { alertReader } from '../../../app/connectors/reader.ts';
import { openTrackerDesk } from '../../../app/connectors/tracker-desk.ts';
import { openTrackers } from '../../../app/connectors/trackers.ts';
import { serve } from '../../../app/http/server.ts';
import { webhookHandler } from '../../../app/http/webhooks.ts';
import { openTrackerDoors } from '../../../app/compose-trackers.ts';
import { nodeRuntime } from '../../../app/runtime.ts';
import { openStore, type OpenedStore } from '../../../prisma/store.ts';
import { drained } from '../../contract/store-subject.ts';

/** What the two sources of the scene are known by. */
export const SECRETS = { shop: 's'.repeat(40), till: 't'.repeat(40) } as const;
export const TRACKER_URLS = { shop: 'https://sentry.example', till: 'https://glitchtip.example' } as const;

const SOURCES = AlertSources.parse(
  JSON.stringify([
    {
      ...{ id: 'shop', tracker: 'sentry', url: TRACKER_URLS.shop, organization: 'acme', act: 'record' },
      projects: [{ project: 'front-end', repository: 'github:acme/shop' }],
    },
    {
      ...{ id: 'till', tracker: 'glitchtip', url: TRACKER_URLS.till, organization: 'acme', act: 'record' },
      projects: [{ project: 'Till', repository: 'gitlab:acme/till' }],
    },
  ]),
);

const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

/** The door of error trackers over a real store, reached by HTTP. */
export interface AlertScene extends AsyncDisposable {
  readonly opened: OpenedStore;
  post(path: string, body: Uint8Array | string, headers?: Readonly<Record<string, string>>): Promise<Response>;
  /** A hook as Sentry signs it. */
  sentry(resource: string, body: unknown, change?: Readonly<Record<string, string>>): Promise<Response>;
  glitchtip(body: unknown): Promise<Response>;
  /** Does what a worker would with each delivery that came since; gives what became of each. */
  work(): Promise<string[]>;
}

let count = 0;

/** Alerts that are only recorded ask no host. */
const never = (): never => {
  throw new Error('an alert that is only recorded asked a host');
};

/** Opens it, on an embedded database in memory. */
export async function openAlertScene(): Promise<AlertScene> {
  const opened = await openStore({ kind: 'pglite', memory: true });
  const { store } = opened;
  const webhooks = webhookHandler({
    doors: new Map(),
    trackers: await openTrackerDoors(new Map(Object.entries(SECRETS))),
    receive: (delivery) => receiveDelivery({ inbox: store.inbox, runtime: nodeRuntime }, delivery),
    logger: quiet,
  });
  const server = await serve(
    { host: '127.0.0.1', port: 0 },
    { webhooks, dependencies: [], draining: () => false, logger: quiet },
  );
  const post: AlertScene['post'] = (path, body, headers = {}) =>
    fetch(`${server.url}${path}`, { method: 'POST', body, headers });
  return {
    opened,
    post,
    sentry(resource, body, change = {}) {
      const text = typeof body === 'string' ? body : JSON.stringify(body);
      return post('/webhooks/sentry/shop', text, { ...signed(resource, text), ...change });
    },
    glitchtip: (body) =>
      post(`/webhooks/glitchtip/till/${SECRETS.till}`, typeof body === 'string' ? body : JSON.stringify(body)),
    async work() {
      const deps = {
        ...{ store, alertSources: SOURCES, alertReader, redactor: createRedactor(), runtime: nodeRuntime },
        // None has a token, so none is asked.
        trackers: openTrackers(new Map()),
        trackerDesk: openTrackerDesk(new Map()),
        host: { findRepository: never, mergedAs: never, isWithin: never },
      };
      const outcomes: string[] = [];
      for (const { job } of await drained(store)) {
        if (job.name !== 'handle-delivery') throw new Error(`an alert queued ${job.name}`);
        const { deliveryId } = job.payload;
        const read = await store.inbox.read(deliveryId);
        if (read === undefined) throw new Error('a delivery is not on record');
        const outcome = await hearAlerts(deps, read.delivery, { deliveryId, receivedAt: read.receivedAt });
        await store.inbox.settle(deliveryId, outcome);
        outcomes.push(outcome);
      }
      return outcomes;
    },
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      await store.close();
    },
  };
}

/** The headers of a hook with this body. */
export function signed(resource: string, body: string | Uint8Array): Record<string, string> {
  count += 1;
  return {
    'request-id': `request-${count}`,
    'sentry-hook-resource': resource,
    'sentry-hook-timestamp': String(Math.floor(Date.now() / 1_000)),
    'sentry-hook-signature': createHmac('sha256', SECRETS.shop).update(body).digest('hex'),
  };
}

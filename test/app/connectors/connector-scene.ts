import { createHmac, randomBytes } from 'node:crypto';
import { ConnectorPlaces } from '#core/contracts/connectors.ts';
import { fullName, type RepoRef } from '#core/domain/host/repo.ts';
import { createRedactor } from '#core/domain/text/secrets.ts';
import type { WorkRequest } from '#core/domain/request/work-request.ts';
import { FIRST_TENANT } from '#core/domain/rules/tenant.ts';
import type { Run } from '#core/domain/run/run.ts';
import { receiveDelivery } from '#core/usecases/intake/receive-delivery.ts';
import { hearConnector } from '#core/usecases/request/hear-connector.ts';
import { openConnectorDoors, openConnectorReader } from '../../../app/compose-connectors.ts';
import { serve } from '../../../app/http/server.ts';
import { webhookHandler } from '../../../app/http/webhooks.ts';
import { nodeRuntime } from '../../../app/runtime.ts';
import { openStore } from '../../../prisma/store.ts';
import { drained } from '../../contract/store-subject.ts';

const REPO: RepoRef = { provider: 'github', installationId: 1, id: 4711, owner: 'acme', name: 'Shop' };
/** Of each place, by its id. */
export const SECRETS = {
  board: 's'.repeat(40),
  channel: randomBytes(32).toString('base64'),
  post: 'p'.repeat(64),
  labelled: 'l'.repeat(40),
} as const;

const PLACES = ConnectorPlaces.parse(
  JSON.stringify([
    { name: 'jira', id: 'board', link: 'github:acme/shop' },
    {
      name: 'jira',
      id: 'labelled',
      link: 'github:acme/shop',
      label: 'astraforge',
      mention: 'forge',
      senders: ['5b10'],
    },
    { name: 'teams', id: 'channel', link: 'github:acme/shop' },
    { name: 'email', id: 'post', link: 'github:acme/shop', senders: ['ada@example.com', '@trusted.example'] },
    { name: 'email', id: 'mute', link: 'github:acme/shop', senders: ['@example.com'] },
    { name: 'teams', id: 'adrift', link: 'github:acme/other' },
  ]),
);

const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

/** The door of connectors over a real store, reached by HTTP, with a link to `acme/Shop`. */
export interface ConnectorScene extends AsyncDisposable {
  post(path: string, body: Uint8Array | string, headers?: Readonly<Record<string, string>>): Promise<Response>;
  /** A hook as Jira, or Teams, signs it. */
  jira(body: unknown, change?: Readonly<Record<string, string>>, id?: 'board' | 'labelled'): Promise<Response>;
  teams(body: unknown, change?: Readonly<Record<string, string>>): Promise<Response>;
  /** A mail with the password in the address. */
  mail(body: Uint8Array | string, type: string): Promise<Response>;
  /** Does what a worker would with each delivery that came since, twice, as can happen; gives what became of each. */
  work(): Promise<string[]>;
  /** Requests so far, newest first, each with its run. */
  requests(): Promise<readonly { readonly request: WorkRequest; readonly run: Run }[]>;
}

/** Opens it, on an embedded database in memory. `approval`: what the link asks for. */
export async function openConnectorScene(approval: 'none' | 'plan' | 'publish' = 'none'): Promise<ConnectorScene> {
  const { store } = await openStore({ kind: 'pglite', memory: true });
  await store.links.add({ id: nodeRuntime.id(), tenantId: FIRST_TENANT, repo: REPO, approval, createdBy: 'ada' });
  const webhooks = webhookHandler({
    doors: new Map(),
    trackers: await openConnectorDoors(PLACES, new Map(Object.entries({ ...SECRETS, adrift: SECRETS.channel }))),
    receive: (delivery) => receiveDelivery({ inbox: store.inbox, runtime: nodeRuntime }, delivery),
    logger: quiet,
  });
  const server = await serve(
    { host: '127.0.0.1', port: 0 },
    { webhooks, dependencies: [], draining: () => false, logger: quiet },
  );
  const deps = {
    ...{ store, runtime: nodeRuntime, redactor: createRedactor() },
    ...(await openConnectorReader(PLACES, 'astraforge')),
    quotas: { threadHour: 100, personDay: 100, repositoryDay: 1_000 },
    host: {
      findRepository: async (_provider: string, name: string) => (name === fullName(REPO) ? REPO : undefined),
      baseOf: async () => ({ ref: 'main', sha: 'a'.repeat(40), fork: false }),
      branchHead: async () => undefined,
    },
  };
  const post: ConnectorScene['post'] = (path, body, headers = {}) =>
    fetch(`${server.url}${path}`, { method: 'POST', body, headers });
  return {
    post,
    jira(body, change = {}, id = 'board') {
      const text = typeof body === 'string' ? body : JSON.stringify(body);
      return post(`/webhooks/connector/${id}`, text, {
        'x-hub-signature': jiraSignature(text, SECRETS[id]),
        ...change,
      });
    },
    teams(body, change = {}) {
      const text = typeof body === 'string' ? body : JSON.stringify(body);
      return post('/webhooks/connector/channel', text, { authorization: teamsSignature(text), ...change });
    },
    mail: (body, type) => post(`/webhooks/connector/post/${SECRETS.post}`, body, { 'content-type': type }),
    async work() {
      const outcomes: string[] = [];
      for (const { job } of await drained(store)) {
        if (job.name !== 'handle-delivery') continue;
        const { deliveryId } = job.payload;
        const read = await store.inbox.read(deliveryId);
        if (read === undefined) throw new Error('a delivery is not on record');
        const outcome = await hearConnector(deps, read.delivery, { deliveryId });
        const again = await hearConnector(deps, read.delivery, { deliveryId });
        if (again !== outcome) throw new Error(`a delivery became “${outcome}” and, read again, “${again}”`);
        await store.inbox.settle(deliveryId, outcome);
        outcomes.push(outcome);
      }
      return outcomes;
    },
    async requests() {
      const runs = await store.history.runs(FIRST_TENANT, {}, { after: null, countMax: 500 });
      const ids = [...new Set(runs.map(({ run }) => run.requestId))];
      const all = await Promise.all(ids.map((id) => store.runs.readRequest(id)));
      return all.filter((one) => one !== undefined);
    },
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      await store.close();
    },
  };
}

/** What Jira puts into `X-Hub-Signature`. */
export function jiraSignature(body: string, secret: string): string {
  return `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;
}

/** What Teams puts into `Authorization`. */
export function teamsSignature(body: string, secret: string = SECRETS.channel): string {
  return `HMAC ${createHmac('sha256', Buffer.from(secret, 'base64')).update(body).digest('base64')}`;
}

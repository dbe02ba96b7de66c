import { createRedactor, type Redactor } from '#core/domain/text/secrets.ts';
import type { Scope, UserRole } from '#core/domain/rules/access.ts';
import type { RunLogStream } from '#core/ports/run-log.ts';
import type { Runtime } from '#core/ports/runtime.ts';
import type { Store } from '#core/ports/store.ts';
import { FIRST_TENANT } from '#core/domain/rules/tenant.ts';
import { openSignIn } from '../../../../app/compose-sign-in.ts';
import { App, readConfig } from '../../../../app/config.ts';
import { createApi } from '../../../../app/http/api/api.ts';
import type { StreamPace } from '../../../../app/http/api/run-stream.ts';
import { serve } from '../../../../app/http/server.ts';
import { createKeyMint } from '../../../../app/identity/key-mint.ts';
import { createTokenMint } from '../../../../app/identity/token-mint.ts';
import { openRateLimiter } from '../../../../app/redis/rate-limit.ts';
import { nodeRuntime } from '../../../../app/runtime.ts';
import { openStore, type OpenedStore, type StoreLocation } from '../../../../prisma/store.ts';

/** The API over a real store, reached by HTTP. */
export interface ApiScene extends AsyncDisposable {
  readonly url: string;
  readonly api: ReturnType<typeof createApi>;
  readonly opened: OpenedStore;
  readonly stream: RunLogStream;
  readonly redactor: Redactor;
  /** The key that the operator configured. */
  readonly adminKey: string;
  /** A new key of a tenant, the first one unless named. */
  keyFor(scopes: readonly Scope[], tenantId?: string): Promise<{ id: string; key: string }>;
  /** A new session of a person of a tenant, the first one unless named: the value of `Cookie`. */
  sessionFor(role: UserRole, tenantId?: string): Promise<string>;
  /** Changes what is stored behind everybody's back. */
  sql(text: string): Promise<unknown[]>;
  /** Calls the API, as whoever has the key; null: as nobody. */
  call(path: string, key: string | null, init?: RequestInit): Promise<Response>;
}

/** What differs from the usual. */
interface SceneOptions {
  readonly streamPace?: Partial<StreamPace>;
  /** The live log, of the database unless another one is opened. */
  readonly openStream?: (record: Store['log']) => RunLogStream;
  readonly settings?: Partial<Parameters<typeof createApi>[0]['settings']>;
  readonly location?: StoreLocation;
  /** Variables of signing in. */
  readonly env?: Readonly<Record<string, string>>;
  readonly callsPerMinute?: number;
  /** What is other than this machine's, a clock for instance. */
  readonly runtime?: Partial<Runtime>;
  /** Redis that calls are counted in; in this process unless given. */
  readonly redisUrl?: string;
  /** How long a call waits for what becomes of it. Nobody is there to do it, unless a test is. */
  readonly callWaitMs?: number;
}

const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

const PEPPER = 'pepper-of-a-test-pepper-of-a-test';

/** Opens it, on an embedded database in memory unless another store is given. */
export async function openApiScene({
  streamPace,
  settings,
  location,
  openStream,
  env = {},
  callsPerMinute = 10_000,
  callWaitMs = 0,
  redisUrl,
  ...own
}: SceneOptions = {}): Promise<ApiScene> {
  const opened = await openStore(location ?? { kind: 'pglite', memory: true });
  const { store } = opened;
  const runtime = { ...nodeRuntime, ...own.runtime };
  const stream = openStream?.(store.log) ?? opened.runLogStream;
  const adminKey = 'the-operator-set-this-key-in-a-test';
  const keyMint = createKeyMint({ pepper: PEPPER, adminKey });
  const sessionMint = createTokenMint(PEPPER, 'session');
  const signIn = openSignIn(readConfig(App, env), { store, runtime, logger: quiet }, { pepper: PEPPER, keyMint });
  const redactor = createRedactor();
  const limiter = openRateLimiter({ callsPerMinute, redisUrl });
  const api = createApi({
    limiter,
    callWaitMs,
    store,
    history: store.history,
    log: store.log,
    stream,
    keyMint,
    redactor,
    runtime,
    logger: quiet,
    addressOf: ({ provider }) => `https://${provider}.example`,
    settings: {
      version: '0.0.0',
      variables: [],
      checks: [{ name: 'postgres', check: () => store.ping() }],
      ...settings,
    },
    ...signIn,
    ...signIn.links,
    ...(streamPace === undefined ? {} : { streamPace }),
  });
  const server = await serve(
    { host: '127.0.0.1', port: 0 },
    { api, auth: signIn.auth, dependencies: [], draining: () => false, logger: quiet },
  );
  return {
    url: `${server.url}/api`,
    api,
    opened,
    stream,
    redactor,
    adminKey,
    async keyFor(scopes, tenantId = FIRST_TENANT) {
      const { key, hash, preview } = keyMint.mint();
      const whose = { tenantId, owner: 'ada', ownerId: null };
      const made = { id: nodeRuntime.id(), ...whose, name: 'test', preview, scopes, expiresAt: null };
      await store.apiKeys.add(made, hash);
      return { id: made.id, key };
    },
    async sessionFor(role, tenantId = FIRST_TENANT) {
      const { token, hash } = sessionMint.mint();
      const person = { name: 'ada', role, issuer: env['OIDC_ISSUER'] ?? null, subject: 'ada', sid: null };
      await store.userSessions.open({ id: nodeRuntime.id(), tenantId, ...person }, hash, 3_600);
      return `${signIn.sessionCookie}=${token}`;
    },
    async sql(text) {
      const { queuePool } = opened;
      return (await (queuePool as { query(text: string): Promise<{ rows: unknown[] }> }).query(text)).rows;
    },
    call: (path, key, init = {}) =>
      fetch(`${server.url}/api${path}`, { ...init, headers: { ...init.headers, ...(key && { 'x-api-key': key }) } }),
    [Symbol.asyncDispose]: async () => {
      await server[Symbol.asyncDispose]();
      await limiter[Symbol.asyncDispose]();
      await stream.close();
      await store.close();
    },
  };
}

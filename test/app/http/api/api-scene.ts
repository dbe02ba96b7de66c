import { createRedactor, type Redactor } from '#core/domain/text/secrets.ts';
import type { Scope } from '#core/domain/rules/access.ts';
import { FIRST_TENANT } from '#core/domain/rules/tenant.ts';
import { createApi } from '../../../../app/http/api/api.ts';
import { authenticator } from '../../../../app/http/api/authenticate.ts';
import type { StreamPace } from '../../../../app/http/api/run-stream.ts';
import { serve } from '../../../../app/http/server.ts';
import { createKeyMint } from '../../../../app/identity/key-mint.ts';
import { openRateLimiter } from '../../../../app/redis/rate-limit.ts';
import { nodeRuntime } from '../../../../app/runtime.ts';
import { openStore, type OpenedStore } from '../../../../prisma/store.ts';

/** The API over a real store, reached by HTTP. */
export interface ApiScene extends AsyncDisposable {
  readonly url: string;
  readonly api: ReturnType<typeof createApi>;
  readonly opened: OpenedStore;
  readonly redactor: Redactor;
  /** The key that the operator configured. */
  readonly adminKey: string;
  /** A new key of a tenant, the first one unless named. */
  keyFor(scopes: readonly Scope[], tenantId?: string): Promise<{ id: string; key: string }>;
  /** Calls the API, as whoever has the key; null: as nobody. */
  call(path: string, key: string | null, init?: RequestInit): Promise<Response>;
}

const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

/** Opens it on an embedded database in memory. */
export async function openApiScene(
  streamPace?: StreamPace,
  options: { readonly callsPerMinute?: number; readonly callWaitMs?: number } = {},
): Promise<ApiScene> {
  const opened = await openStore({ kind: 'pglite', memory: true });
  const { store } = opened;
  const adminKey = 'the-operator-set-this-key-in-a-test';
  const keyMint = createKeyMint({ pepper: 'pepper-of-a-test-pepper-of-a-test', adminKey });
  const redactor = createRedactor();
  const api = createApi({
    limiter: openRateLimiter({ callsPerMinute: options.callsPerMinute ?? 10_000, redisUrl: undefined }),
    // Nobody is there to do what is called for, unless a test is.
    callWaitMs: options.callWaitMs ?? 0,
    store,
    history: store.history,
    log: store.log,
    stream: opened.runLogStream,
    keyMint,
    redactor,
    runtime: nodeRuntime,
    logger: quiet,
    hostUrls: { github: 'https://github.example', gitlab: 'https://gitlab.example' },
    authenticate: authenticator({ store, keyMint }),
    ...(streamPace === undefined ? {} : { streamPace }),
  });
  const server = await serve(
    { host: '127.0.0.1', port: 0 },
    { api, dependencies: [], draining: () => false, logger: quiet },
  );
  return {
    url: `${server.url}/api`,
    api,
    opened,
    redactor,
    adminKey,
    async keyFor(scopes, tenantId = FIRST_TENANT) {
      const { key, hash, preview } = keyMint.mint();
      const made = { id: nodeRuntime.id(), tenantId, owner: 'ada', name: 'test', preview, scopes, expiresAt: null };
      await store.apiKeys.add(made, hash);
      return { id: made.id, key };
    },
    call: (path, key, init = {}) =>
      fetch(`${server.url}/api${path}`, { ...init, headers: { ...init.headers, ...(key && { 'x-api-key': key }) } }),
    [Symbol.asyncDispose]: async () => {
      await server[Symbol.asyncDispose]();
      await store.close();
    },
  };
}

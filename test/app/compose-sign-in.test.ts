import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openSignIn } from '../../app/compose-sign-in.ts';
import { App, ConfigError, readConfig } from '../../app/config.ts';
import { createKeyMint } from '../../app/identity/key-mint.ts';
import { nodeRuntime } from '../../app/runtime.ts';
import { openStore, type OpenedStore } from '../../prisma/store.ts';

const pepper = 'pepper-of-a-test-pepper-of-a-test';
const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
let opened: OpenedStore;
beforeAll(async () => {
  opened = await openStore({ kind: 'pglite', memory: true });
});
afterAll(() => opened.store.close());

const open = (env: Record<string, string>) =>
  openSignIn(
    readConfig(App, env),
    { store: opened.store, runtime: nodeRuntime, logger: quiet },
    { pepper, keyMint: createKeyMint({ pepper, adminKey: undefined }) },
  );

const WHOLE = {
  OIDC_ISSUER: 'https://issuer.example/realms/main',
  OIDC_CLIENT_ID: 'astraforge',
  PUBLIC_URL: 'https://forge.example.com',
};

describe('variables of signing in', () => {
  it.each(Object.keys(WHOLE))('an issuer without %s stops the start', (name) => {
    const env = Object.fromEntries(Object.entries(WHOLE).filter(([each]) => each !== name));
    expect(() => open(env)).toThrow(ConfigError);
  });

  it.each([
    ['an issuer in the clear', { OIDC_ISSUER: 'http://issuer.example' }],
    ['an issuer that is no address', { OIDC_ISSUER: 'issuer' }],
    ['an address in the clear', { PUBLIC_URL: 'http://forge.example.com' }],
    ['scopes without openid', { OIDC_SCOPES: 'profile email' }],
    ['sessions shorter than a minute', { SESSION_IDLE_SEC: '30' }],
  ])('%s stops the start', (_, wrong) => {
    expect(() => open({ ...WHOLE, ...wrong })).toThrow(ConfigError);
  });

  it('by https the cookie is bound to this host; in the clear it has a name that promises nothing', () => {
    expect(open(WHOLE).sessionCookie).toBe('__Host-astraforge');
    expect(open({}).sessionCookie).toBe('astraforge');
    expect(open({ PUBLIC_URL: 'http://forge.lan:3000' }).sessionCookie).toBe('astraforge');
    const local = { OIDC_ISSUER: 'http://localhost:8080/realms/main', PUBLIC_URL: 'http://localhost:3000' };
    expect(open({ ...WHOLE, ...local }).sessionCookie).toBe('astraforge');
  });
});

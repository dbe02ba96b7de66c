import { expect } from 'vitest';
import type { Runtime } from '#core/ports/runtime.ts';
import { openBrowser, type Browser } from '../../../fakes/oidc/browser.ts';
import { openIssuer, type OidcIssuer } from '../../../fakes/oidc/issuer.ts';
import { openApiScene, type ApiScene } from '../api/api-scene.ts';

/** Where the application of the scene believes to be. */
export const PUBLIC_URL = 'https://forge.example.test';
export const SESSION = '__Host-astraforge';
const CLIENT = { id: 'astraforge', secret: 'a-secret-of-a-test' };

/** The application, an issuer that knows it, and browsers. */
export interface SignInScene extends AsyncDisposable {
  readonly app: ApiScene;
  readonly issuer: OidcIssuer;
  browser(): Browser;
  /** Signs somebody in with a fresh browser, or the given one. */
  signIn(subject: string, browser?: Browser): Promise<Browser>;
  /** What the API says to a browser that asks who it is. */
  me(browser: Browser): Promise<{ status: number; body: unknown }>;
}

/** The address of the application's root, where the scene serves it. */
const rootOf = ({ url }: ApiScene): string => url.replace(/\/api$/, '');

/** Opens it. Ada is an administrator, Rob a reviewer, and Nil has no role. */
export async function openSignInScene(
  env: Record<string, string> = {},
  { runtime = {}, ...how }: { claimsAtUserInfo?: boolean; runtime?: Partial<Runtime> } = {},
): Promise<SignInScene> {
  let root = '';
  const reach = (url: string, init: RequestInit) => fetch(url.replace(PUBLIC_URL, root), init);
  const issuer = await openIssuer({ ...CLIENT, ...how, publicUrl: PUBLIC_URL, fetch: reach });
  const client = { OIDC_ISSUER: issuer.url, OIDC_CLIENT_ID: CLIENT.id, OIDC_CLIENT_SECRET: CLIENT.secret };
  const app = await openApiScene({ env: { PUBLIC_URL, ...client, ...env }, runtime });
  root = rootOf(app);
  issuer.people.set('ada', { name: 'Ada', realm_access: { roles: ['other', 'admin'] } });
  issuer.people.set('rob', { name: 'Rob', realm_access: { roles: ['reviewer'] } });
  issuer.people.set('nil', { name: 'Nil', realm_access: { roles: ['other'] } });
  const browser = (): Browser => openBrowser({ publicUrl: PUBLIC_URL, at: root });
  return {
    app,
    issuer,
    browser,
    async signIn(subject, at = browser()) {
      issuer.present = subject;
      const landed = await at.go(`${PUBLIC_URL}/auth/login?return=/runs`, /\/runs$/);
      expect(landed.url, landed.text).toBe(`${PUBLIC_URL}/runs`);
      return at;
    },
    async me(at) {
      const answer = await at.call(`${PUBLIC_URL}/api/me`);
      return { status: answer.status, body: await answer.json() };
    },
    [Symbol.asyncDispose]: async () => {
      await app[Symbol.asyncDispose]();
      await issuer[Symbol.asyncDispose]();
    },
  };
}

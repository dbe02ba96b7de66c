import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import { Provider } from 'oidc-provider';
import { z } from 'zod';
import { issuerConfiguration, type IssuerClient, type Person } from './configuration.ts';
import { makeIssuerKey, type IssuerKey } from './issuer-key.ts';

/** What a path of the issuer does instead of answering. */
export type Fault = 'down' | 'slow' | 'huge';
type IdToken = Record<string, unknown>;

const Tokens = z.looseObject({ id_token: z.string() });
const HUGE_BYTES = 2_000_000;

/** A real OpenID Connect issuer (oidc-provider) on this machine, with doors through which it can be made to lie. */
export interface OidcIssuer extends AsyncDisposable {
  readonly url: string;
  readonly key: IssuerKey;
  /** Claims by subject. */
  readonly people: Map<string, Person>;
  /** Who sits at the browser; null: they say no. */
  present: string | null;
  readonly faults: Map<string, Fault>;
  /** Makes the ID token that is given out in place of the true one; undefined: none is. */
  tamper: ((claims: IdToken) => Promise<string | undefined> | string | undefined) | undefined;
  /** Claims of the last true ID token. */
  lastIdToken: IdToken;
  /** The issuer tells its client that a subject, in a session of its own, has signed out. */
  logOut(subject: string, sid: string): Promise<void>;
}

/** Opens it for one client. */
export async function openIssuer(client: IssuerClient): Promise<OidcIssuer> {
  const key = await makeIssuerKey();
  let handle: (request: IncomingMessage, response: ServerResponse) => void = () => undefined;
  const server = createServer((request, response) => handle(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the issuer listens on no port');
  const url = `http://127.0.0.1:${address.port}`;
  const issuer: OidcIssuer = {
    url,
    key,
    people: new Map(),
    present: 'ada',
    faults: new Map(),
    tamper: undefined,
    lastIdToken: {},
    async logOut(subject, sid) {
      const known = await provider.Client.find(client.id);
      const tell = known?.['backchannelLogout'];
      if (typeof tell !== 'function') throw new Error('the issuer tells its client nothing');
      await Reflect.apply(tell, known, [subject, sid]);
    },
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  const claimsOf = (subject: string): Person | undefined => issuer.people.get(subject);
  const provider = new Provider(url, issuerConfiguration(client, { key, claimsOf }));
  provider.use(async (context, next) => {
    await next();
    if (context.path !== '/token' || context.status !== 200) return;
    const tokens = Tokens.parse(context.body);
    issuer.lastIdToken = claimsIn(tokens.id_token);
    if (issuer.tamper === undefined) return;
    const { id_token: _true, ...others } = tokens;
    const lie = await issuer.tamper(issuer.lastIdToken);
    context.body = lie === undefined ? others : { ...others, id_token: lie };
  });
  handle = handler(provider, issuer);
  return issuer;
}

function claimsIn(jwt: string): IdToken {
  const text = Buffer.from(jwt.split('.')[1] ?? '', 'base64url').toString('utf8');
  return z.record(z.string(), z.unknown()).parse(JSON.parse(text));
}

function handler(provider: Provider, issuer: OidcIssuer) {
  const serve = provider.callback();
  return (request: IncomingMessage, response: ServerResponse): void => {
    const { pathname } = new URL(request.url ?? '/', issuer.url);
    const fault = issuer.faults.get(pathname);
    if (fault === 'slow') return;
    if (fault === 'down') return void response.writeHead(502).end();
    if (fault === 'huge') {
      response.writeHead(200, { 'content-type': 'application/json' });
      return void response.end(JSON.stringify({ filler: 'x'.repeat(HUGE_BYTES) }));
    }
    if (!pathname.startsWith('/interaction/')) return void serve(request, response);
    const answer =
      issuer.present === null
        ? { error: 'access_denied', error_description: 'no' }
        : { login: { accountId: issuer.present } };
    provider.interactionFinished(request, response, answer).catch(() => response.writeHead(500).end());
  };
}

import type { Configuration } from 'oidc-provider';
import type { IssuerKey } from './issuer-key.ts';

/** What an issuer says of somebody besides who they are. */
export type Person = Readonly<Record<string, unknown>>;

/** The one client that an issuer knows. */
export interface IssuerClient {
  readonly id: string;
  readonly secret: string;
  /** Where it lives, without a slash at the end. */
  readonly publicUrl: string;
  /** How the issuer reaches it. */
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
  /** Claims are told at the userinfo endpoint alone, not in the ID token. */
  readonly claimsAtUserInfo?: boolean;
}

const LIFE_SEC = 3_600;

/** What makes oidc-provider the issuer of one client, which has to use PKCE and whose people need not consent. */
export function issuerConfiguration(
  client: IssuerClient,
  issuer: { key: IssuerKey; claimsOf: (subject: string) => Person | undefined },
): Configuration {
  return {
    clients: [
      {
        client_id: client.id,
        client_secret: client.secret,
        redirect_uris: [`${client.publicUrl}/auth/callback`],
        post_logout_redirect_uris: [`${client.publicUrl}/auth/signed-out`],
        backchannel_logout_uri: `${client.publicUrl}/auth/backchannel-logout`,
        backchannel_logout_session_required: true,
      },
    ],
    jwks: { keys: [issuer.key.privateJwk] },
    cookies: { keys: ['a key of a stand-in'] },
    claims: {
      openid: ['sub', 'sid', 'realm_access', 'roles', 'tenant'],
      profile: ['name', 'preferred_username'],
      email: ['email'],
    },
    conformIdTokenClaims: client.claimsAtUserInfo ?? false,
    ttl: { Interaction: LIFE_SEC, Grant: LIFE_SEC, Session: LIFE_SEC, AccessToken: LIFE_SEC, IdToken: LIFE_SEC },
    pkce: { required: () => true },
    features: { devInteractions: { enabled: false }, backchannelLogout: { enabled: true } },
    interactions: { url: (_, { uid }) => `/interaction/${uid}` },
    findAccount: (_, subject) => {
      const person = issuer.claimsOf(subject);
      return person && { accountId: subject, claims: () => ({ sub: subject, ...person }) };
    },
    async loadExistingGrant({ oidc }) {
      const known = oidc.session?.grantIdFor(client.id);
      if (known !== undefined) return oidc.provider.Grant.find(known);
      const grant = new oidc.provider.Grant({
        clientId: oidc.client?.clientId ?? '',
        accountId: oidc.session?.accountId ?? '',
      });
      grant.addOIDCScope('openid profile email');
      await grant.save();
      return grant;
    },
    // Without its dispatcher, which keeps an issuer from calling this machine.
    fetch: (url, { method = 'GET', headers = {}, body = null } = {}) =>
      client.fetch(url instanceof Request ? url.url : url.toString(), { method, headers, body, redirect: 'manual' }),
  };
}

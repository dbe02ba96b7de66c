import * as client from 'openid-client';
import { z } from 'zod';
import { AppError } from '#core/domain/errors.ts';
import { claimAt, type Claims } from '#core/domain/rules/claims.ts';
import type { FinishedSignIn, IdentityProvider, Person } from '#core/ports/access/identity-provider.ts';
import { boundedFetch } from './bounded-fetch.ts';
import { issuerKeys, readLogoutToken } from './logout-token.ts';
import { awayError, refusalOf } from './refusal.ts';

/** One client at one issuer. */
export interface OidcOptions {
  /** https, or http on this machine. */
  readonly issuer: string;
  readonly clientId: string;
  /** Undefined: a public client, which PKCE alone protects. */
  readonly clientSecret: string | undefined;
  /** With spaces between them; `openid` must be one. */
  readonly scopes: string;
  /** Where the issuer sends a browser back to, as registered there; and where it may after a sign-out. */
  readonly redirectUri: string;
  readonly signedOutUri: string;
  /** Claims that are asked of the userinfo endpoint when the ID token lacks one of them. */
  readonly claimsWanted: readonly string[];
  /** Longest time for one call. */
  readonly timeoutMs?: number;
}

const TIMEOUT_MS = 10_000;
/** Metadata of an issuer change with its version. */
const METADATA_MS = 3_600_000;
const CLOCK_TOLERANCE_SEC = 30;
const NAME_CHARS_MAX = 255;

/** `sub` has at most 255 characters (OpenID Connect Core 1.0, 2); what is longer is no id that one could keep. */
const Subject = z.object({ sub: z.string().min(1).max(255), sid: z.string().min(1).max(255).optional() });
const Name = z
  .string()
  .transform((text) => [...text.replace(/[\p{C}\s]+/gu, ' ').trim()].slice(0, NAME_CHARS_MAX).join(''))
  .pipe(z.string().min(1));

interface Issuer {
  readonly config: client.Configuration;
  readonly keys: ReturnType<typeof issuerKeys>;
}

/**
 * People of an OpenID Connect issuer: authorization code flow with PKCE, state and nonce. openid-client checks issuer,
 * audience, `azp`, times and nonce of the ID token, and its signature by the issuer's keys; asymmetric algorithms only. The
 * issuer is asked for its metadata when somebody signs in, not at the start.
 */
export function openOidc(options: OidcOptions): IdentityProvider {
  const issuer = remembered(() => discover(options));
  return {
    issuer: options.issuer,
    async begin() {
      const { config } = await issuer();
      const verifier = client.randomPKCECodeVerifier();
      const secrets = { state: client.randomState(), nonce: client.randomNonce(), verifier };
      const url = client.buildAuthorizationUrl(config, {
        redirect_uri: options.redirectUri,
        scope: options.scopes,
        state: secrets.state,
        nonce: secrets.nonce,
        code_challenge: await client.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
      });
      return { url: url.href, secrets };
    },
    async finish(query, secrets): Promise<FinishedSignIn> {
      const { config } = await issuer();
      try {
        const tokens = await client.authorizationCodeGrant(config, new URL(`${options.redirectUri}?${query}`), {
          pkceCodeVerifier: secrets.verifier,
          expectedState: secrets.state,
          expectedNonce: secrets.nonce,
          idTokenExpected: true,
        });
        return personOf(await claimsOf(tokens, config, options.claimsWanted));
      } catch (thrown) {
        return { kind: 'refused', reason: refusalOf(thrown) };
      }
    },
    async readLogout(token) {
      const { config, keys } = await issuer();
      const of = { issuer: config.serverMetadata().issuer, clientId: options.clientId, keys };
      const notice = await readLogoutToken(token, of);
      return notice && { ...notice, issuer: options.issuer };
    },
    async signOutUrl() {
      const { config } = await issuer();
      if (config.serverMetadata().end_session_endpoint === undefined) return undefined;
      return client.buildEndSessionUrl(config, { post_logout_redirect_uri: options.signedOutUri }).href;
    },
  };
}

async function discover(options: OidcOptions): Promise<Issuer> {
  const { issuer, clientId, clientSecret, timeoutMs = TIMEOUT_MS } = options;
  const isPlain = new URL(issuer).protocol === 'http:';
  try {
    const config = await client.discovery(
      new URL(issuer),
      clientId,
      { [client.clockTolerance]: CLOCK_TOLERANCE_SEC },
      clientSecret === undefined ? client.None() : client.ClientSecretBasic(clientSecret),
      {
        timeout: timeoutMs / 1_000,
        [client.customFetch]: boundedFetch,
        execute: [client.enableNonRepudiationChecks, ...(isPlain ? [client.allowInsecureRequests] : [])],
      },
    );
    const jwksUri = new URL(config.serverMetadata().jwks_uri ?? '');
    if (!isPlain && jwksUri.protocol !== 'https:') throw new Error('the keys are not at an https address');
    return { config, keys: issuerKeys(jwksUri.href, timeoutMs) };
  } catch (thrown) {
    throw awayError(thrown);
  }
}

/** Asks once for all who wait, remembers a good answer and forgets a failure. */
function remembered(ask: () => Promise<Issuer>): () => Promise<Issuer> {
  let known: { readonly at: number; readonly answer: Promise<Issuer> } | undefined;
  return () => {
    const now = performance.now();
    if (known !== undefined && now - known.at < METADATA_MS) return known.answer;
    const asked = { at: now, answer: ask() };
    known = asked;
    asked.answer.catch(() => {
      if (known === asked) known = undefined;
    });
    return asked.answer;
  };
}

type Tokens = Awaited<ReturnType<typeof client.authorizationCodeGrant>>;

/** The claims of the ID token; what is wanted and not among them is taken from the userinfo endpoint, which must speak of the same subject. */
async function claimsOf(tokens: Tokens, config: client.Configuration, wanted: readonly string[]): Promise<Claims> {
  const claims = tokens.claims();
  if (claims === undefined) throw new AppError('internal', 'Reading an ID token: there is none');
  const isWhole = wanted.every((path) => claimAt(claims, path) !== undefined);
  if (isWhole || config.serverMetadata().userinfo_endpoint === undefined) return claims;
  return { ...(await client.fetchUserInfo(config, tokens.access_token, claims.sub)), ...claims };
}

function personOf(claims: Claims): FinishedSignIn {
  const subject = Subject.safeParse(claims);
  if (!subject.success) return { kind: 'refused', reason: 'its sub or sid is none' };
  const { sub, sid } = subject.data;
  const names = [claims['name'], claims['preferred_username'], claims['email'], sub];
  const name = names.map((each) => Name.safeParse(each)).find((each) => each.success)?.data ?? sub;
  const person: Person = { subject: sub, sid: sid ?? null, name, claims };
  return { kind: 'known', person };
}

import { createPublicKey, verify } from 'node:crypto';
import { z } from 'zod';
import { forbidden, notFound, suspended, unauthorized } from './failure.ts';
import { covers } from './installation-tokens.ts';
import type { RepositoryRecord, TokenRecord } from './records.ts';
import type { World } from './world.ts';

const JWT_LIFETIME_SEC_MAX = 600;
const CLOCK_SKEW_SEC = 60;

/** Who sent a request, as far as its credentials prove. */
export type Caller =
  | { readonly kind: 'app' }
  | { readonly kind: 'installation'; readonly token: TokenRecord }
  | { readonly kind: 'anonymous' };

const Claims = z.object({ iss: z.union([z.string(), z.number()]), exp: z.number(), iat: z.number() });

/**
 * Reads an Authorization header: `Bearer`/`token` with an App JWT or an installation token, or Basic with the token
 * as password (as Git sends it).
 * @throws GitHubFailure 401 for anything unusable: unknown, expired or revoked token, bad or long-lived JWT; 403 for
 * a token of a suspended installation.
 */
export function identify(world: World, header: string | undefined): Caller {
  if (header === undefined) return { kind: 'anonymous' };
  const [scheme = '', value = ''] = header.split(/\s+/, 2);
  const secret = /^basic$/i.test(scheme) ? basicPassword(value) : value;
  if (!/^(basic|bearer|token)$/i.test(scheme) || secret === '') throw unauthorized();
  if (!secret.startsWith('ghs_') && secret.split('.').length === 3) return appOfJwt(world, secret);
  const token = world.tokens.get(secret);
  if (token === undefined || token.revoked || token.expiresAt <= world.now()) throw unauthorized();
  if (world.installations.get(token.installationId)?.suspended) throw suspended();
  return { kind: 'installation', token };
}

function basicPassword(encoded: string): string {
  const pair = Buffer.from(encoded, 'base64').toString('utf8');
  return pair.slice(pair.indexOf(':') + 1);
}

// The rules and messages of https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app/generating-a-json-web-token-jwt-for-a-github-app
function appOfJwt(world: World, jwt: string): Caller {
  const [header = '', payload = '', signature = ''] = jwt.split('.');
  const claims = readClaims(header, payload);
  const signed = Buffer.from(`${header}.${payload}`);
  const key = createPublicKey(world.app.publicKey);
  if (!claims || !verify('RSA-SHA256', signed, key, Buffer.from(signature, 'base64url'))) {
    throw unauthorized('A JSON web token could not be decoded');
  }
  const nowSec = world.now() / 1_000;
  if (claims.exp <= nowSec) throw unauthorized("'Expiration time' claim ('exp') must be a numeric value in the future");
  if (
    claims.exp > nowSec + JWT_LIFETIME_SEC_MAX + CLOCK_SKEW_SEC ||
    claims.exp - claims.iat > JWT_LIFETIME_SEC_MAX + CLOCK_SKEW_SEC
  ) {
    throw unauthorized("'Expiration time' claim ('exp') is too far in the future");
  }
  if (claims.iat > nowSec + CLOCK_SKEW_SEC) throw unauthorized("'Issued at' claim ('iat') must be in the past");
  if (![String(world.app.id), world.app.clientId].includes(String(claims.iss)))
    throw unauthorized('Integration not found');
  return { kind: 'app' };
}

function readClaims(header: string, payload: string): z.infer<typeof Claims> | undefined {
  try {
    const { alg } = z.object({ alg: z.string() }).parse(JSON.parse(Buffer.from(header, 'base64url').toString('utf8')));
    if (alg !== 'RS256') return undefined;
    return Claims.parse(JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')));
  } catch {
    return undefined;
  }
}

/** One permission and its level, for example `issues:write`. */
export type Need = `${string}:${'read' | 'write'}`;

/** Whether the token reaches that repository at all. */
export function reaches(token: TokenRecord, repository: RepositoryRecord): boolean {
  if (repository.installationId !== token.installationId) return false;
  return token.repositoryIds?.has(repository.id) ?? true;
}

/**
 * Lets the call pass when the token reaches the repository and has any one of the needs.
 * @throws GitHubFailure 404 when the repository is out of reach, 403 when the permission is missing.
 */
export function authorize(token: TokenRecord, repository: RepositoryRecord | undefined, needs: readonly Need[]): void {
  if (repository === undefined || !reaches(token, repository)) throw notFound();
  if (!needs.some((need) => hasPermission(token, need))) throw forbidden();
}

/** Whether the token carries a permission at the wanted level or above. */
export function hasPermission(token: TokenRecord, need: Need): boolean {
  const [name = '', level = ''] = need.split(':');
  return covers(token.permissions[name], level);
}

import { randomBytes } from 'node:crypto';
import { unprocessable, GitHubFailure } from './failure.ts';
import type { TokenRecord } from './records.ts';
import type { World } from './world.ts';

const SIGNATURE_BYTES = 256;
const JTI_BYTES = 24;

/** What a token request asked for; undefined fields mean "all that the installation has". */
export interface TokenRequest {
  readonly installationId: number;
  readonly repositories?: readonly string[] | undefined;
  readonly repositoryIds?: readonly number[] | undefined;
  readonly permissions?: Readonly<Record<string, string>> | undefined;
}

/**
 * Issues an installation access token, narrowed as asked.
 * The token looks like GitHub's newer ones: `ghs_` and a JWT, about 520 characters.
 * @throws GitHubFailure 422 when more is asked for than the installation has.
 */
export function issueToken(world: World, request: TokenRequest): TokenRecord {
  const id = `token_${world.tokens.size + 1}`;
  const expiresAt = world.now() + world.tokenTtlMs;
  const record: TokenRecord = {
    id,
    token: tokenText(world.app.id, request.installationId, expiresAt),
    installationId: request.installationId,
    expiresAt,
    permissions: grantedPermissions(world, request.permissions),
    repositoryIds: grantedRepositories(world, request),
    revoked: false,
  };
  world.tokens.set(record.token, record);
  return record;
}

function tokenText(appId: number, installationId: number, expiresAt: number): string {
  const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const header = encode({ typ: 'JWT', alg: 'RS256' });
  const jti = randomBytes(JTI_BYTES).toString('hex');
  const claims = encode({ iss: appId, sub: installationId, jti, exp: Math.floor(expiresAt / 1_000) });
  return `ghs_${header}.${claims}.${randomBytes(SIGNATURE_BYTES).toString('base64url')}`;
}

function grantedPermissions(world: World, asked: TokenRequest['permissions']): Readonly<Record<string, string>> {
  if (asked === undefined) return world.app.permissions;
  for (const [name, level] of Object.entries(asked)) {
    if (!covers(world.app.permissions[name], level)) {
      throw new GitHubFailure(422, 'The permissions requested are not granted to this installation.');
    }
  }
  return { metadata: 'read', ...asked };
}

function grantedRepositories(world: World, request: TokenRequest): ReadonlySet<number> | undefined {
  if (request.repositories === undefined && request.repositoryIds === undefined) return undefined;
  const reachable = [...world.repositories.values()].filter((one) => one.installationId === request.installationId);
  const asked = [
    ...(request.repositories ?? []).map((name) => reachable.find((one) => one.name === name)?.id),
    ...(request.repositoryIds ?? []).map((id) => reachable.find((one) => one.id === id)?.id),
  ];
  const ids = asked.filter((id) => id !== undefined);
  if (ids.length !== asked.length || ids.length === 0) {
    throw unprocessable(
      [],
      'There is at least one repository that does not exist or is not accessible to the parent installation.',
    );
  }
  return new Set(ids);
}

/** Whether a granted level (`write`, `read`, none) is enough for the wanted one. */
export function covers(granted: string | undefined, wanted: string): boolean {
  return granted === 'write' || granted === 'admin' || (granted !== undefined && granted === wanted);
}

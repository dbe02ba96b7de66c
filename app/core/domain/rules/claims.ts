import { USER_ROLES, type UserRole } from './access.ts';
import { FIRST_TENANT } from './tenant.ts';

/** What an issuer says of somebody; the values can be anything. */
export type Claims = Readonly<Record<string, unknown>>;

/** How claims are read. */
export interface ClaimRules {
  /** Name of the claim that holds the roles, or the path to it with dots. */
  readonly roleClaim: string;
  /** The words of the issuer that mean a role. */
  readonly roleWords: Readonly<Record<UserRole, readonly string[]>>;
  /** Where the id of the tenant is; undefined: everybody belongs to the first one. */
  readonly tenantClaim: string | undefined;
}

/** The claim of that name, or at that path with dots; undefined when there is none. */
export function claimAt(claims: Claims, path: string): unknown {
  if (Object.hasOwn(claims, path)) return claims[path];
  let found: unknown = claims;
  for (const name of path.split('.')) {
    if (typeof found !== 'object' || found === null || Array.isArray(found)) return undefined;
    if (!Object.hasOwn(found, name)) return undefined;
    found = Reflect.get(found, name);
  }
  return found;
}

/** The most powerful role that the claims give; undefined for none, also when the claim is neither text nor a list. */
export function roleOfClaims(claims: Claims, rules: ClaimRules): UserRole | undefined {
  const held = claimAt(claims, rules.roleClaim);
  const words: readonly unknown[] = Array.isArray(held) ? held : [held];
  return USER_ROLES.find((role) => rules.roleWords[role].some((word) => words.includes(word)));
}

/** The id of the tenant that the claims name; undefined when they should and do not. Whether it is there is not known here. */
export function tenantOfClaims(claims: Claims, rules: ClaimRules): string | undefined {
  if (rules.tenantClaim === undefined) return FIRST_TENANT;
  const named = claimAt(claims, rules.tenantClaim);
  return typeof named === 'string' && named !== '' ? named : undefined;
}

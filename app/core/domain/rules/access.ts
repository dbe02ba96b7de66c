/** What a route does to what it is about; a key's scopes come down to these. */
export const ACTIONS = ['read', 'run', 'approve', 'sandbox', 'admin'] as const;
export type Action = (typeof ACTIONS)[number];

/** What routes are about. */
export type Resource =
  'request' | 'run' | 'change' | 'session' | 'api-key' | 'repository-link' | 'alert' | 'settings' | 'self';

/** What an API key may be made for. */
export const SCOPES = ['read', 'run', 'sandbox', 'admin'] as const;
export type Scope = (typeof SCOPES)[number];

/** What a person who signs in may be, most powerful first. Whoever has none of these does not get in. */
export const USER_ROLES = ['admin', 'maintainer', 'reviewer', 'observer'] as const;
export type UserRole = (typeof USER_ROLES)[number];

/** Who calls, always of one tenant. */
export interface Identity {
  readonly kind: 'api-key' | 'user';
  /** Id of the key, or of the session of a person who is signed in. */
  readonly id: string;
  readonly tenantId: string;
  /** Of a person; null for a key, which has scopes instead. */
  readonly role: UserRole | null;
  /** Who answers for what is done, for people to read. */
  readonly name: string;
  /** The same person by whatever key or session they come, and nobody else, whatever they call themselves. Not for people to read. */
  readonly person: string;
  readonly actions: ReadonlySet<Action>;
}

const BY_SCOPE: Readonly<Record<Scope, readonly Action[]>> = {
  read: ['read'],
  run: ['read', 'run', 'approve'],
  sandbox: ['read', 'sandbox'],
  admin: ACTIONS,
};

/** What a key with these scopes may do. */
export function actionsOfScopes(scopes: readonly Scope[]): ReadonlySet<Action> {
  return new Set(scopes.flatMap((scope) => BY_SCOPE[scope]));
}

const BY_ROLE: Readonly<Record<UserRole, readonly Action[]>> = {
  admin: ACTIONS,
  maintainer: ['read', 'run', 'approve', 'sandbox'],
  reviewer: ['read', 'approve'],
  observer: ['read'],
};

/** What a person with this role may do. */
export function actionsOfRole(role: UserRole): ReadonlySet<Action> {
  return new Set(BY_ROLE[role]);
}

/** Whether somebody who may do `held` can make a key with these scopes: nobody gives away more than they have. */
export function mayGrant(held: ReadonlySet<Action>, scopes: readonly Scope[]): boolean {
  return [...actionsOfScopes(scopes)].every((action) => held.has(action));
}

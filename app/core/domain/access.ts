/** What a route does to what it is about. A key's scopes and a person's role both come down to these. */
export const ACTIONS = ['read', 'run', 'approve', 'sandbox', 'admin'] as const;
export type Action = (typeof ACTIONS)[number];

/** What routes are about. */
export type Resource = 'request' | 'run' | 'change' | 'session' | 'api-key' | 'repository-link' | 'settings' | 'self';

/** What an API key may be made for. */
export const SCOPES = ['read', 'run', 'sandbox', 'admin'] as const;
export type Scope = (typeof SCOPES)[number];

/** Roles of people who sign in, the strongest first. Nobody has one by default. */
export const DASHBOARD_ROLES = ['admin', 'maintainer', 'reviewer', 'observer'] as const;
export type DashboardRole = (typeof DASHBOARD_ROLES)[number];

/** Who calls: a key or a signed-in person, always of one tenant. */
export interface Identity {
  readonly kind: 'api-key' | 'person';
  /** Id of the key or of the session. */
  readonly id: string;
  readonly tenantId: string;
  /** Who answers for what is done, for people to read. */
  readonly name: string;
  readonly actions: ReadonlySet<Action>;
}

const BY_SCOPE: Readonly<Record<Scope, readonly Action[]>> = {
  read: ['read'],
  run: ['read', 'run', 'approve'],
  sandbox: ['read', 'sandbox'],
  admin: ACTIONS,
};

const BY_ROLE: Readonly<Record<DashboardRole, readonly Action[]>> = {
  admin: ACTIONS,
  maintainer: ['read', 'run', 'approve', 'sandbox'],
  reviewer: ['read', 'approve'],
  observer: ['read'],
};

/** What a key with these scopes may do. */
export function actionsOfScopes(scopes: readonly Scope[]): ReadonlySet<Action> {
  return new Set(scopes.flatMap((scope) => BY_SCOPE[scope]));
}

/** What a person in this role may do. */
export function actionsOfRole(role: DashboardRole): ReadonlySet<Action> {
  return new Set(BY_ROLE[role]);
}

/** Whether somebody who may do `held` can make a key with these scopes: nobody gives away more than they have. */
export function mayGrant(held: ReadonlySet<Action>, scopes: readonly Scope[]): boolean {
  return [...actionsOfScopes(scopes)].every((action) => held.has(action));
}

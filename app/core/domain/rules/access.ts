/** What a route does to what it is about; a key's scopes come down to these. */
export const ACTIONS = ['read', 'run', 'approve', 'sandbox', 'admin'] as const;
export type Action = (typeof ACTIONS)[number];

/** What routes are about. */
export type Resource = 'request' | 'run' | 'change' | 'session' | 'api-key' | 'repository-link' | 'settings' | 'self';

/** What an API key may be made for. */
export const SCOPES = ['read', 'run', 'sandbox', 'admin'] as const;
export type Scope = (typeof SCOPES)[number];

/** Who calls, always of one tenant. */
export interface Identity {
  readonly kind: 'api-key';
  /** Id of the key. */
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

/** What a key with these scopes may do. */
export function actionsOfScopes(scopes: readonly Scope[]): ReadonlySet<Action> {
  return new Set(scopes.flatMap((scope) => BY_SCOPE[scope]));
}

/** Whether somebody who may do `held` can make a key with these scopes: nobody gives away more than they have. */
export function mayGrant(held: ReadonlySet<Action>, scopes: readonly Scope[]): boolean {
  return [...actionsOfScopes(scopes)].every((action) => held.has(action));
}

import type { HostScope } from '../command/command.ts';
import type { Verb } from '../command/command-list.ts';

/** What a person may do in a repository, least first, in GitHub's `role_name` words. */
export const ROLES = ['none', 'read', 'triage', 'write', 'maintain', 'admin'] as const;
/** A role; a host with other words maps to the nearest lower one. */
export type Role = (typeof ROLES)[number];

/** Whether a role is `least` or more. */
export function hasRole(role: Role, least: Role): boolean {
  return ROLES.indexOf(role) >= ROLES.indexOf(least);
}

/** What is asked for, as far as roles matter; any {@link Command} is one, and so is the verb of a button. */
export type Asked =
  { readonly verb: Exclude<Verb, 'allow-host'> } | { readonly verb: 'allow-host'; readonly scope: HostScope };

/**
 * The least role for each command. Asking takes read access. What starts, changes or ends work takes write access,
 * because it ends in a branch and a pull request. A host for good changes what every later run may reach.
 */
const LEAST: Readonly<Record<Exclude<Verb, 'allow-host'>, Role> & Record<'allow-host', Record<HostScope, Role>>> = {
  help: 'read',
  status: 'read',
  explain: 'read',
  config: 'read',
  run: 'write',
  plan: 'write',
  fix: 'write',
  review: 'write',
  retry: 'write',
  revert: 'write',
  cancel: 'write',
  approve: 'write',
  reject: 'write',
  'allow-host': { once: 'write', repo: 'maintain' },
};

/** The least role that may ask for this. Policy can ask for more: an approval also has to come from another person. */
export function roleNeeded(asked: Asked): Role {
  return asked.verb === 'allow-host' ? LEAST[asked.verb][asked.scope] : LEAST[asked.verb];
}

/** Whether a person with this role may ask for this. */
export function mayCommand(role: Role, asked: Asked): boolean {
  return hasRole(role, roleNeeded(asked));
}

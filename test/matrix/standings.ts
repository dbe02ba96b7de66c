import type { Role } from '#core/domain/rules/role.ts';
import type { AccessLevel } from '../fakes/gitlab/records.ts';

/** How somebody stands to a repository on a host, and which role that is to us. `fails`: the host refuses to say. */
export interface Standing<How> {
  /** A word of the host's, also the person's name. */
  readonly name: string;
  readonly how: How;
  readonly role: Role;
}

/** On GitHub a person is given a role, or none, on a private repository. */
export const GITHUB_STANDINGS: readonly Standing<Role | 'fails'>[] = [
  { name: 'none', how: 'none', role: 'none' },
  { name: 'read', how: 'read', role: 'read' },
  { name: 'triage', how: 'triage', role: 'triage' },
  { name: 'write', how: 'write', role: 'write' },
  { name: 'maintain', how: 'maintain', role: 'maintain' },
  { name: 'admin', how: 'admin', role: 'admin' },
  { name: 'lookup-fails', how: 'fails', role: 'none' },
];

/** On GitLab a person is a member of the project, for a time or for good, or of its group. */
export type Membership =
  'none' | 'fails' | 'expired' | { readonly project?: AccessLevel; readonly group?: AccessLevel };

/** The levels of https://docs.gitlab.com/api/access_requests/#valid-access-levels, and ways to have one. */
export const GITLAB_STANDINGS: readonly Standing<Membership>[] = [
  { name: 'none', how: 'none', role: 'none' },
  { name: 'guest', how: { project: 10 }, role: 'read' },
  { name: 'planner', how: { project: 15 }, role: 'read' },
  { name: 'reporter', how: { project: 20 }, role: 'triage' },
  { name: 'developer', how: { project: 30 }, role: 'write' },
  { name: 'maintainer', how: { project: 40 }, role: 'maintain' },
  { name: 'owner', how: { project: 50 }, role: 'admin' },
  { name: 'expired', how: 'expired', role: 'none' },
  { name: 'inherited', how: { project: 20, group: 40 }, role: 'maintain' },
  { name: 'lookup-fails', how: 'fails', role: 'none' },
];

import type { AccessLevel, MembershipRecord, NamespaceRecord, ProjectRecord, UserRecord } from './records.ts';

const DAY_CHARS = 10;

/** Milliseconds since the epoch as GitLab's day, `YYYY-MM-DD` in UTC. */
export function dayOf(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, DAY_CHARS);
}

/** Whether a day of expiry has come. GitLab drops the membership, or refuses the token, from the start of that day. */
export function isExpired(expiresAt: string | undefined, nowMs: number): boolean {
  return expiresAt !== undefined && expiresAt <= dayOf(nowMs);
}

/**
 * The membership that counts: the highest of the project's own and those inherited from its namespaces, expired ones
 * left out (https://docs.gitlab.com/api/project_members/). Undefined for everybody else.
 */
export function effectiveMembership(
  project: ProjectRecord,
  user: UserRecord,
  nowMs: number,
): MembershipRecord | undefined {
  const found: MembershipRecord[] = [];
  const collect = (members: ReadonlyMap<number, MembershipRecord>): void => {
    const one = members.get(user.id);
    if (one && !isExpired(one.expiresAt, nowMs)) found.push(one);
  };
  collect(project.members);
  for (let space: NamespaceRecord | undefined = project.namespace; space; space = space.parent) collect(space.members);
  return found.toSorted((a, b) => b.level - a.level)[0];
}

/** What a call needs of its user, in rising order; GitLab documents the role per endpoint. */
export type Need = 'project' | 'comment' | 'code' | 'develop' | 'maintain';

const LEVELS: Readonly<Record<Need, AccessLevel>> = { project: 10, comment: 10, code: 20, develop: 30, maintain: 40 };

/** Whether the user may: everybody reads and comments on public projects, the rest goes by access level. */
export function mayDo(project: ProjectRecord, user: UserRecord, asked: { need: Need; nowMs: number }): boolean {
  if (user.state === 'blocked') return false;
  if (!project.private && ['project', 'comment', 'code'].includes(asked.need)) return true;
  const level = effectiveMembership(project, user, asked.nowMs)?.level ?? 0;
  return level >= LEVELS[asked.need];
}

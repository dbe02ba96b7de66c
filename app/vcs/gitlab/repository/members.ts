import { z } from 'zod';
import { AppError } from '#core/domain/errors.ts';
import { fullName } from '#core/domain/host/repo.ts';
import type { Role } from '#core/domain/rules/role.ts';
import type { Authoriser } from '#core/ports/host/vcs.ts';
import type { Api } from '../wire/api.ts';

const Member = z.object({
  id: z.number(),
  /** `active`, or why the account may do nothing: `blocked`, `banned`, `deactivated`, … */
  state: z.string(),
  /** `awaiting` until somebody approves of the membership; absent in older versions. */
  membership_state: z.string().nullish(),
  access_level: z.number(),
  /** A day, `YYYY-MM-DD`; from its start the membership counts no more. */
  expires_at: z.iso.date().nullish(),
});

/** From which level on; one in between, such as a planner's 15, counts as the next lower one. */
const LEVELS: readonly (readonly [number, Role])[] = [
  [50, 'admin'],
  [40, 'maintain'],
  [30, 'write'],
  [20, 'triage'],
  [10, 'read'],
];

const DAY_CHARS = 10;

/**
 * Asks GitLab what a person may do, live, by number: membership of the project itself or inherited from its groups.
 * Anything not certain is `none`: somebody who is no member (also of a public project, where everybody may read), an
 * account or membership that is not active, one that has expired. An owner's custom role counts as its base role.
 * `GET /projects/:id/members/all/:user_id`, scope `read_api`
 * (https://docs.gitlab.com/api/members/, levels: https://docs.gitlab.com/api/access_requests/).
 */
export function createAuthoriser(api: Api, now: () => number): Authoriser {
  return {
    async roleOf(repo, actor) {
      const action = `reading the role of ${actor.login} in ${fullName(repo)}`;
      try {
        const found = await api.read(
          { repo, action },
          (gitlab) => gitlab.ProjectMembers.show(repo.id, actor.id, { includeInherited: true }),
          Member,
        );
        return found.id === actor.id && counts(found, now()) ? roleAt(found.access_level) : 'none';
      } catch (error) {
        if (error instanceof AppError && error.code === 'missing') return 'none';
        throw error;
      }
    },
  };
}

function counts(member: z.infer<typeof Member>, nowMs: number): boolean {
  const today = new Date(nowMs).toISOString().slice(0, DAY_CHARS);
  const { state, membership_state: membership, expires_at: expiresAt } = member;
  return state === 'active' && (membership ?? 'active') === 'active' && (expiresAt ?? '9999-12-31') > today;
}

function roleAt(level: number): Role {
  return LEVELS.find(([from]) => level >= from)?.[1] ?? 'none';
}

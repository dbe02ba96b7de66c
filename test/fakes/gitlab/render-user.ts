import { createHash } from 'node:crypto';
import type { MembershipRecord, UserRecord } from './records.ts';
import { dayOf } from './membership.ts';
import type { World } from './world.ts';

/** Milliseconds since the epoch as the REST API writes a time. */
export function isoTime(atMs: number): string {
  return new Date(atMs).toISOString();
}

/** Like {@link isoTime}; null for what has not happened. */
export function isoTimeOrNull(atMs: number | undefined): string | null {
  return atMs === undefined ? null : isoTime(atMs);
}

/** A person's display name. The stand-in makes it of the user name. */
export function nameOf({ login }: UserRecord): string {
  return login.charAt(0).toUpperCase() + login.slice(1);
}

/** Where a user's picture would be. */
export function avatarOf({ login }: UserRecord): string {
  return `https://www.gravatar.com/avatar/${createHash('sha256').update(login).digest('hex')}?s=80&d=identicon`;
}

/** GitLab's basic user. */
export function renderUser(world: World, user: UserRecord) {
  return {
    id: user.id,
    username: user.login,
    public_email: '',
    name: nameOf(user),
    state: user.state,
    locked: false,
    avatar_url: avatarOf(user),
    web_url: `${world.webUrl}/${user.login}`,
  };
}

/** A basic user, or null for nobody. */
export function renderUserOrNull(world: World, user: UserRecord | undefined) {
  return user === undefined ? null : renderUser(world, user);
}

/** What `GET /users/:id` tells of a user. */
export function renderPublicUser(world: World, user: UserRecord) {
  return { ...renderProfile(world, user), followers: 0, following: 0, is_followed: false };
}

function renderProfile(world: World, user: UserRecord) {
  return {
    ...renderUser(world, user),
    created_at: isoTime(user.createdAt),
    bio: '',
    location: null,
    linkedin: '',
    twitter: '',
    discord: '',
    website_url: '',
    github: '',
    job_title: '',
    pronouns: null,
    organization: '',
    bot: user.bot,
    work_information: null,
    local_time: null,
  };
}

/** What `GET /user` tells a token's own user. */
export function renderCurrentUser(world: World, user: UserRecord) {
  const email = `${user.login}@noreply.example.test`;
  return {
    ...renderProfile(world, user),
    last_sign_in_at: null,
    confirmed_at: isoTime(user.createdAt),
    last_activity_on: dayOf(world.now()),
    email,
    theme_id: 3,
    color_scheme_id: 1,
    projects_limit: 0,
    current_sign_in_at: null,
    identities: [],
    can_create_group: false,
    can_create_project: false,
    two_factor_enabled: false,
    external: false,
    private_profile: false,
    commit_email: email,
  };
}

/** GitLab's member. */
export function renderMember(world: World, member: MembershipRecord) {
  return {
    ...renderUser(world, member.user),
    access_level: member.level,
    created_at: isoTime(member.createdAt),
    expires_at: member.expiresAt ?? null,
    membership_state: 'active',
  };
}

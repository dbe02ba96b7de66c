import { z } from 'zod';

/** `YYYY-MM-DDTHH:MM:SS.mmmZ`, as the REST API writes times. */
export const Time = z.iso.datetime();

/** A day. */
export const Day = z.iso.date();

/** Number of a thing. */
export const Id = z.number().int().positive();

/** A full commit id. */
export const Sha = z.string().regex(/^[0-9a-f]{40}$/);

/** GitLab takes booleans as JSON and, in queries, as text. */
export const Flag = z.union([z.boolean(), z.enum(['true', 'false']).transform((text) => text === 'true')]);

/** GitLab takes lists of words as a JSON list and as text with commas. */
export const Words = z.union([z.array(z.string()), z.string().transform((text) => text.split(',').filter(Boolean))]);

/** A user wherever one is mentioned; the sample of https://docs.gitlab.com/api/issues/#retrieve-an-issue and others. */
export const UserBasic = z.strictObject({
  id: Id,
  username: z.string(),
  public_email: z.string(),
  name: z.string(),
  state: z.enum(['active', 'blocked']),
  locked: z.boolean(),
  avatar_url: z.string().nullable(),
  web_url: z.string(),
});

/** https://docs.gitlab.com/api/users/#retrieve-a-user */
export const User = z.strictObject({
  ...UserBasic.shape,
  created_at: Time,
  bio: z.string(),
  location: z.string().nullable(),
  linkedin: z.string(),
  twitter: z.string(),
  discord: z.string(),
  website_url: z.string(),
  github: z.string(),
  job_title: z.string(),
  pronouns: z.string().nullable(),
  organization: z.string(),
  bot: z.boolean(),
  work_information: z.string().nullable(),
  local_time: z.string().nullable(),
  followers: z.number(),
  following: z.number(),
  is_followed: z.boolean(),
});

/** https://docs.gitlab.com/api/users/#retrieve-the-current-user */
export const CurrentUser = z.strictObject({
  ...User.omit({ is_followed: true, followers: true, following: true }).shape,
  last_sign_in_at: Time.nullable(),
  confirmed_at: Time.nullable(),
  last_activity_on: Day.nullable(),
  email: z.string(),
  theme_id: z.number(),
  color_scheme_id: z.number(),
  projects_limit: z.number(),
  current_sign_in_at: Time.nullable(),
  identities: z.array(z.never()),
  can_create_group: z.boolean(),
  can_create_project: z.boolean(),
  two_factor_enabled: z.boolean(),
  external: z.boolean(),
  private_profile: z.boolean(),
  commit_email: z.string(),
});

/** https://docs.gitlab.com/api/project_members/#retrieve-a-member-of-a-project-including-inherited-and-invited-members */
export const Member = z.strictObject({
  ...UserBasic.shape,
  access_level: z.number(),
  created_at: Time,
  expires_at: Day.nullable(),
  membership_state: z.literal('active'),
});

/** https://docs.gitlab.com/api/version/ */
export const Version = z.strictObject({ version: z.string(), revision: z.string() });

/** https://docs.gitlab.com/api/metadata/ */
export const Metadata = z.strictObject({
  ...Version.shape,
  kas: z.strictObject({
    enabled: z.boolean(),
    externalUrl: z.string().nullable(),
    externalK8sProxyUrl: z.string().nullable(),
    version: z.string().nullable(),
  }),
  enterprise: z.boolean(),
});

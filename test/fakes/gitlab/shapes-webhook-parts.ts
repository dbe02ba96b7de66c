import { z } from 'zod';
import { Id, Sha, Time } from './shapes-user.ts';

// Parts that several samples of https://docs.gitlab.com/user/project/integrations/webhook_events/ share.

/** `2015-05-17 18:08:09 UTC`. */
export const HookTime = z.string().regex(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC$/);

/** An assignee or reviewer. */
export const HookPerson = z.strictObject({ id: Id, name: z.string(), username: z.string(), avatar_url: z.string() });

/** Whoever caused the event. */
export const HookUser = z.strictObject({ ...HookPerson.shape, email: z.string() });

/** The project, in every hook. */
export const Project = z.strictObject({
  id: Id,
  name: z.string(),
  description: z.string().nullable(),
  web_url: z.string(),
  avatar_url: z.null(),
  git_ssh_url: z.string(),
  git_http_url: z.string(),
  namespace: z.string(),
  visibility_level: z.union([z.literal(0), z.literal(10), z.literal(20)]),
  path_with_namespace: z.string(),
  default_branch: z.string(),
  ci_config_path: z.string().nullable(),
  homepage: z.string(),
  url: z.string(),
  ssh_url: z.string(),
  http_url: z.string(),
});

/** The deprecated repository. */
export const Repository = z.strictObject({
  name: z.string(),
  url: z.string(),
  description: z.string().nullable(),
  homepage: z.string(),
});

/** A commit of a push, and the last one of a merge request. */
export const Commit = z.strictObject({
  id: Sha,
  message: z.string(),
  title: z.string(),
  timestamp: z.string(),
  url: z.string(),
  author: z.strictObject({ name: z.string(), email: z.string() }),
});

/** A label of an issue or merge request. */
export const Label = z.strictObject({
  id: Id,
  title: z.string(),
  color: z.string(),
  project_id: Id.nullable(),
  created_at: Time,
  updated_at: Time,
  template: z.boolean(),
  description: z.string().nullable(),
  type: z.enum(['ProjectLabel', 'GroupLabel']),
  group_id: Id.nullable(),
});

/** Former and present values, per attribute. */
export const Changes = z.record(z.string(), z.strictObject({ previous: z.unknown(), current: z.unknown() }));

/** What issues and merge requests share. */
export const Attributes = z.strictObject({
  id: Id,
  iid: Id,
  title: z.string(),
  description: z.string(),
  author_id: Id,
  assignee_ids: z.array(Id),
  assignee_id: Id.nullable(),
  created_at: HookTime,
  updated_at: HookTime,
  updated_by_id: Id.nullable(),
  last_edited_at: HookTime.nullable(),
  last_edited_by_id: Id.nullable(),
  milestone_id: Id.nullable(),
  time_estimate: z.number(),
  total_time_spent: z.number(),
  time_change: z.number(),
  human_total_time_spent: z.string().nullable(),
  human_time_change: z.string().nullable(),
  human_time_estimate: z.string().nullable(),
});

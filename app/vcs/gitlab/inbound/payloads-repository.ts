import { z } from 'zod';
import { Id, Project, ProjectPath, Sha } from './payloads.ts';

/* Hook bodies about projects and their branches, only the fields we read. */

const Paths = z
  .array(z.string())
  .nullish()
  .transform((paths) => paths ?? []);

/** `Push Hook`; the newest 20 commits of a push are named, and none at all when it moves more than three branches. */
export const PushEvent = z.object({
  object_kind: z.literal('push'),
  ref: z.string(),
  after: Sha,
  user_id: Id,
  user_username: z.string().regex(/^[\w.-]{1,255}$/),
  project: Project,
  commits: z.array(z.object({ added: Paths, modified: Paths, removed: Paths })).nullish(),
});
export type PushEvent = z.infer<typeof PushEvent>;

/**
 * `System Hook`, `event_name` `project_rename`, `project_transfer` or `project_destroy`: only administrators of an
 * instance can set up such a hook (https://docs.gitlab.com/administration/system_hooks/).
 */
export const ProjectEvent = z.object({
  event_name: z.enum(['project_rename', 'project_transfer', 'project_destroy']),
  project_id: Id,
  path_with_namespace: ProjectPath,
});
export type ProjectEvent = z.infer<typeof ProjectEvent>;

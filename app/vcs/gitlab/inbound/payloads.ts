import { z } from 'zod';

/*
 * What the hooks we act on have in common, only the fields we read. The bodies themselves: payloads-threads.ts and
 * payloads-repository.ts. Source: https://docs.gitlab.com/user/project/integrations/webhook_events/
 */

/** GitLab's number for anything. */
export const Id = z.number().int().positive();

/** A commit, SHA-1 or SHA-256. */
export const Sha = z.string().regex(/^[0-9a-f]{40,64}$/);

/** Text a person may have left empty; GitLab sends null then. */
export const Text = z
  .string()
  .nullish()
  .transform((text) => text ?? '');

const PATH_CHARS_MAX = 1_000;

/** Path of a project with all its groups. The words end up in URLs and in paths of the mirror cache. */
export const ProjectPath = z
  .string()
  .max(PATH_CHARS_MAX)
  .regex(/^(?:(?!\.{1,2}\/)[\w.-]{1,255}\/){1,30}(?!\.{1,2}$)[\w.-]{1,255}$/);

/** Whoever did something. GitLab has letters, digits, `_`, `-` and `.` in user names. */
export const User = z.object({ id: Id, username: z.string().regex(/^[\w.-]{1,255}$/) });

/** The project that the hook is about. */
export const Project = z.object({ id: Id, path_with_namespace: ProjectPath, default_branch: Text });
export type Project = z.infer<typeof Project>;

/** What a system hook is about; other hooks are told apart by their header. */
export const Envelope = z.object({ event_name: z.string().optional() });

/** Fields that every event of a thread carries. */
export const Base = z.object({ user: User, project: Project });
export type Base = z.infer<typeof Base>;

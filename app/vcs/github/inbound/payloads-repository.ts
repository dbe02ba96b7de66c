import { z } from 'zod';
import { Account, Base, Id, Place, Sha } from './payloads.ts';

/*
 * Webhook bodies about repositories, their commits and checks, and the installation; only the fields we read.
 * Source: https://docs.github.com/en/webhooks/webhook-events-and-payloads
 */

/** Longest name of a ref that we take; git's own limit is the file system's, 255 bytes a part. */
const REF_CHARS_MAX = 1_000;

const Ref = z.string().min(1).max(REF_CHARS_MAX);

const Paths = z
  .array(z.string())
  .nullish()
  .transform((paths) => paths ?? []);

const Commit = z.object({ added: Paths, modified: Paths, removed: Paths });

/** `push`; `ref` is a full name such as `refs/heads/main`. GitHub leaves `commits` out beyond the first 2,048. */
export const PushEvent = Base.extend({
  ref: Ref,
  after: Sha,
  deleted: z.boolean(),
  commits: z.array(Commit).nullish(),
  repository: Base.shape.repository.and(z.object({ default_branch: z.string() })),
});
export type PushEvent = z.infer<typeof PushEvent>;

/** `delete`; `ref` is the short name of a branch or tag. */
export const DeleteEvent = Base.extend({ ref: Ref, ref_type: z.string() });
export type DeleteEvent = z.infer<typeof DeleteEvent>;

/** `repository`, actions `renamed` and `transferred`. */
export const RepositoryEvent = Place;

const MadeBy = z.object({ id: Id }).nullish();

/** `check_run`, actions `requested_action` and `rerequested`. `external_id` is the key we gave it. */
export const CheckRunEvent = Base.extend({
  check_run: z.object({ external_id: z.string().nullish(), app: MadeBy }),
  requested_action: z.object({ identifier: z.string() }).nullish(),
});
export type CheckRunEvent = z.infer<typeof CheckRunEvent>;

/** `check_suite`, action `rerequested`: all check runs of one App on one commit. */
export const CheckSuiteEvent = Base.extend({ check_suite: z.object({ head_sha: Sha, app: MadeBy }) });
export type CheckSuiteEvent = z.infer<typeof CheckSuiteEvent>;

/** `installation`. It names no repository that it happened in. */
export const InstallationEvent = z.object({ installation: z.object({ id: Id }), sender: Account });
export type InstallationEvent = z.infer<typeof InstallationEvent>;

const Repositories = z.array(z.object({ id: Id }));

/** `installation_repositories`: what was added or removed. */
export const InstallationRepositoriesEvent = InstallationEvent.extend({
  repositories_added: Repositories,
  repositories_removed: Repositories,
});
export type InstallationRepositoriesEvent = z.infer<typeof InstallationRepositoriesEvent>;

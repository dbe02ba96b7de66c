import { z } from 'zod';

/*
 * What the webhook bodies we act on have in common, only the fields we read. The bodies themselves: payloads-threads.ts,
 * payloads-repository.ts. Source: https://docs.github.com/en/webhooks/webhook-events-and-payloads
 */

/** GitHub's own alphabet for owners and repositories; the words end up in URLs and in paths of the mirror cache. */
export const Name = z.string().regex(/^(?!\.{1,2}$)[\w.-]{1,100}$/);

/** GitHub's number for anything. */
export const Id = z.number().int().positive();

/** A commit, SHA-1 or SHA-256. */
export const Sha = z.string().regex(/^[0-9a-f]{40,64}$/);

/** Text a person may have left empty; GitHub sends null then. */
export const Text = z
  .string()
  .nullish()
  .transform((text) => text ?? '');

/** What decides whether a delivery is any of our business at all. */
export const Envelope = z.object({
  action: z.string().optional(),
  installation: z.object({ id: Id }).nullish(),
});

/** Where it happened. In a `push` of a user's repository older servers name the owner by `name` only. */
const Repository = z.object({
  id: Id,
  name: Name,
  owner: z
    .object({ login: z.string().optional(), name: z.string().nullish() })
    .transform(({ login, name }) => ({ login: login ?? name }))
    .pipe(z.object({ login: Name })),
});

/** An account. `login` has brackets when it is an App's: `astraforge[bot]`. */
export const Account = z.object({ id: Id, login: z.string().min(1).max(100), type: z.string() });
export type Account = z.infer<typeof Account>;

/** Where an event belongs to, without who did it. */
export const Place = z.object({ installation: z.object({ id: Id }), repository: Repository });
export type Place = z.infer<typeof Place>;

/** Fields that every event of a repository carries. */
export const Base = Place.extend({ sender: Account });
export type Base = z.infer<typeof Base>;

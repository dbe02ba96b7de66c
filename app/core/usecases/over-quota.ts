import type { Actor } from '../domain/repo.ts';
import type { Conversations, ThreadKey } from '../ports/conversations.ts';
import type { Obeyed } from './commander.ts';

/** How many runs may be begun; more are refused with the number. */
export interface Quotas {
  readonly threadHour: number;
  readonly personDay: number;
  readonly repositoryDay: number;
}

/** What counting needs. */
export interface QuotaDeps {
  readonly store: { readonly conversations: Pick<Conversations, 'count'> };
  readonly quotas: Quotas;
}

/** Which quota is used up, in words to show; undefined when none is. */
export async function overQuota(
  deps: QuotaDeps,
  thread: ThreadKey,
  by: { readonly actor: Actor },
): Promise<string | undefined> {
  const { quotas } = deps;
  const counts = await deps.store.conversations.count({ thread, actorId: by.actor.id });
  const said = (count: number, where: string) =>
    `${count} runs were begun ${where}, and that is the limit here. Please ask again later; the operator can raise it.`;
  if (counts.threadHour >= quotas.threadHour)
    return `${said(quotas.threadHour, 'in this thread within an hour')} (QUOTA_RUNS_PER_THREAD_HOUR)`;
  if (counts.personDay >= quotas.personDay)
    return `${said(quotas.personDay, `by @${by.actor.login} within a day`)} (QUOTA_RUNS_PER_PERSON_DAY)`;
  if (counts.repositoryDay >= quotas.repositoryDay)
    return `${said(quotas.repositoryDay, 'in this repository within a day')} (QUOTA_RUNS_PER_REPOSITORY_DAY)`;
  return undefined;
}

/** Of an ISO 8601 time, what names the hour. */
const HOUR_CHARS = 'yyyy-mm-ddThh'.length;

/** The refusal: told once per person, thread and hour, so that one who answers by itself is not answered again and again. */
export function overQuotaReply(
  text: string,
  { actor, receivedAt }: { readonly actor: Actor; readonly receivedAt: string },
): Obeyed {
  return { outcome: 'refused: quota', text, topic: `quota:${actor.id}:${receivedAt.slice(0, HOUR_CHARS)}` };
}

import { isAlert, personName, type Actor } from '../../domain/host/repo.ts';
import { conversationOf, type WorkRequest } from '../../domain/request/work-request.ts';
import type { Conversations, ThreadKey } from '../../ports/conversations.ts';
import type { Obeyed } from '../command/commander.ts';

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

/** One quota: the variable it is set by, how much of it is used, and where that counts. */
export interface UsedQuota {
  readonly name: string;
  readonly used: number;
  readonly most: number;
  readonly where: string;
}

/** Where runs are counted; without a thread only what holds for the person and the repository. */
export type QuotaKey = Pick<ThreadKey, 'provider' | 'repoId'> & Partial<Pick<ThreadKey, 'kind' | 'number'>>;

/** Where the runs of a request count. */
export function quotaKeyOf(request: WorkRequest, change: { readonly number: number } | null): QuotaKey {
  return { provider: request.repo.provider, repoId: request.repo.id, ...conversationOf(request, change) };
}

/** How far the quotas are used up that hold for a person in a thread. */
export async function usedQuotas(
  { store, quotas }: QuotaDeps,
  thread: QuotaKey,
  { actor }: { readonly actor: Actor },
): Promise<readonly UsedQuota[]> {
  const counts = await store.conversations.count({ thread, actorId: actor.id });
  const rows = [
    ['QUOTA_RUNS_PER_THREAD_HOUR', 'threadHour', 'in this thread within an hour'],
    ['QUOTA_RUNS_PER_PERSON_DAY', 'personDay', `by ${personName(actor)} within a day`],
    ['QUOTA_RUNS_PER_REPOSITORY_DAY', 'repositoryDay', 'in this repository within a day'],
  ] as const;
  return rows.map(([name, key, where]) => ({ name, used: counts[key], most: quotas[key], where }));
}

/** Which quota is used up, in words to show; undefined when none is. */
export async function overQuota(
  deps: QuotaDeps,
  thread: QuotaKey,
  by: { readonly actor: Actor },
): Promise<string | undefined> {
  const used = await usedQuotas(deps, thread, by);
  // Alerts are one account and no person; how many of them begin anything their source bounds.
  const counting = isAlert(by.actor) ? used.filter(({ name }) => name !== 'QUOTA_RUNS_PER_PERSON_DAY') : used;
  const full = counting.find(({ used: count, most }) => count >= most);
  if (full === undefined) return undefined;
  const { most, where, name } = full;
  return `${most} runs were begun ${where}, and that is the limit here. Please ask again later; the operator can raise it. (${name})`;
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

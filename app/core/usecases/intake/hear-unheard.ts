import { AppError } from '../../domain/errors.ts';
import type { CommandWords } from '../../domain/command/command.ts';
import { isAliasLike, parseText } from '../../domain/command/parse-text.ts';
import { fullName, type Provider, type RepoRef } from '../../domain/host/repo.ts';
import { wordsKeyOf, type WordsKey } from '../../domain/command/words-key.ts';
import type { Heard, Listening, ListeningTurn } from '../../ports/heard.ts';
import type { Logger, Runtime } from '../../ports/runtime.ts';
import type { Inbox } from '../../ports/store.ts';
import type { Identity } from '../../ports/host/vcs.ts';
import type { WordLog, WrittenWords } from '../../ports/host/word-log.ts';
import { receiveDelivery } from './receive-delivery.ts';

/** What listening needs. `everyMs`: between two looks at a repository, and how old words must be to count as never delivered. */
export interface HearUnheardDeps {
  readonly store: { readonly heard: Heard; readonly listening: Listening; readonly inbox: Inbox };
  readonly host: WordLog & Identity;
  readonly runtime: Runtime;
  readonly logger: Logger;
  readonly words: CommandWords;
  readonly everyMs: number;
}

/** Repositories looked through by one call, so that it ends. */
const REPOSITORIES_MAX = 20;
/**
 * A look at a repository where nothing happened is one or two requests: at one in four seconds it is a fifth of the 5,000 an
 * hour of a GitHub installation, however many repositories there are
 * (https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api).
 */
const PACE_MS = 4_000;
/** Between two times that the host is asked for its repositories. */
const LIST_EVERY_MS = 10 * 60_000;
/** 100,000 repositories at a hundred a page. */
const PAGES_MAX = 1_000;
/** Who died in a look is replaced after this; two that look do no harm. */
const BUSY_MS = 2 * 60_000;
/** Before the next look where one failed. */
const AGAIN_MS = 10 * 60_000;
/** Clocks of host and database may differ, and a host may list late; so much is looked at twice. */
const OVERLAP_MS = 5 * 60_000;
/** Each costs a few requests; what is beyond goes first at the next look, which is due at once then. */
const FOUND_MAX = 100;
const SECOND_MS = 1_000;

/**
 * Looks for words to us that no delivery brought and puts what it finds into the inbox as the delivery that should have come,
 * so that all that follows is the same. To be called again and again by any number of workers, who share the repositories.
 * Nothing is heard twice: words belong to the first delivery that brings them, and each is found under one guid.
 * @throws AppError when the host does not list its repositories, or wants to be left alone.
 */
export async function hearUnheard(deps: HearUnheardDeps, provider: Provider): Promise<void> {
  const { listening } = deps.store;
  if (await listening.takeTurn(provider, Math.min(LIST_EVERY_MS, 5 * deps.everyMs))) await listRepositories(deps);
  for (const turn of await listening.takeDue(provider, { countMax: REPOSITORIES_MAX, busyMs: BUSY_MS })) {
    try {
      await listening.finish(turn.repo, await listenTo(deps, turn));
    } catch (thrown) {
      await listening.finish(turn.repo, { heardTo: undefined, dueInMs: AGAIN_MS }).catch(() => undefined);
      if (!(thrown instanceof AppError) || thrown.code === 'limited' || thrown.code === 'unavailable') throw thrown;
      const repository = fullName(turn.repo);
      deps.logger.warn({ provider, repository, err: thrown }, 'a repository could not be looked through');
    }
  }
}

async function listRepositories({ host, store }: HearUnheardDeps): Promise<void> {
  let cursor: string | undefined;
  for (let page = 0; page < PAGES_MAX; page += 1) {
    const { repos, next } = await host.repositories(cursor);
    await store.listening.name(repos);
    if (next === undefined) return;
    cursor = next;
  }
}

async function listenTo(
  deps: HearUnheardDeps,
  { repo, at, from, of }: ListeningTurn,
): Promise<Parameters<Listening['finish']>[1]> {
  const { words, through } = await deps.host.wordsSince(repo, from);
  const until = earlier(at, deps.everyMs);
  const missing = await missingOf(deps, repo, { words, until, from });
  let brought = 0;
  for (const one of missing.slice(0, FOUND_MAX)) if (await bring(deps, { repo, from }, one)) brought += 1;
  const dueInMs = Math.max(deps.everyMs, of * PACE_MS);
  const [last] = [missing.length > FOUND_MAX ? missing[FOUND_MAX - 1]?.saidAt : undefined, through]
    .filter((time) => time !== undefined)
    .toSorted();
  if (last === undefined) return { heardTo: earlier(until, OVERLAP_MS), dueInMs };
  // What was brought is not missing any more, so the next look at the same moment finds the rest of it. Many that are gone by now
  // must not keep those after them up.
  const stays = brought > 0 ? from : earlier(from, -SECOND_MS);
  return { heardTo: last > from ? last : stays, dueInMs: 0 };
}

type Missing = WrittenWords & WordsKey & { readonly guid: string };

/** Words to us of people, old enough to have been delivered, that nobody has heard; oldest first. */
async function missingOf(
  deps: HearUnheardDeps,
  repo: RepoRef,
  { words, until, from }: { words: readonly WrittenWords[]; until: string; from: string },
): Promise<Missing[]> {
  const timely = words.filter(({ saidAt }) => saidAt >= from && saidAt <= until);
  const addressed = timely.filter(({ text, author }) => !author.bot && isAddressed(text, deps.words));
  if (addressed.length === 0) return [];
  const self = await deps.host.self(repo);
  const candidates = addressed
    .filter(({ author }) => author.id !== self.id)
    .map((one): Missing => {
      const key = wordsKeyOf({ ...one, repo });
      return { ...one, ...key, guid: guidOf(key) };
    });
  const keys = candidates.map(({ provider, repoId, kind, externalId, guid }) => ({
    ...{ provider, repoId, kind, externalId, guid },
  }));
  const missing = await deps.store.heard.missing(keys);
  return candidates.filter(({ guid }) => missing.has(guid)).toSorted((a, b) => a.saidAt.localeCompare(b.saidAt));
}

function isAddressed(text: string, words: CommandWords): boolean {
  return parseText(text, words).kind !== 'ignore' || isAliasLike(text);
}

/** At most 64 characters of letters, digits and hyphens, as hosts have them; `unheard-` shows what was found this way. */
function guidOf({ repoId, kind, externalId }: WordsKey): string {
  return `unheard-${repoId}-${kind}-${externalId.replace('/', '-')}`;
}

/** False when the words are gone by now. */
async function bring(
  deps: HearUnheardDeps,
  { repo, from }: Pick<ListeningTurn, 'repo' | 'from'>,
  { guid, thread, trigger, saidAt }: Missing,
): Promise<boolean> {
  const { provider } = repo;
  const about = { provider, repository: fullName(repo), guid, saidAt };
  const delivery = await deps.host.deliveryOf(repo, { thread, trigger }, from);
  if (delivery === undefined) {
    deps.logger.debug(about, 'words that no delivery brought are gone or were edited');
    return false;
  }
  await receiveDelivery({ inbox: deps.store.inbox, runtime: deps.runtime }, { provider, guid, ...delivery });
  deps.logger.warn(about, 'words that no delivery brought were found');
  return true;
}

function earlier(time: string, ms: number): string {
  return new Date(Date.parse(time) - ms).toISOString();
}

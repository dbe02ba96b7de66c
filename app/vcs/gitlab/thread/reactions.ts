import { z } from 'zod';
import { AppError } from '#core/domain/errors.ts';
import type { Trigger } from '#core/domain/host/inbound.ts';
import type { RepoRef } from '#core/domain/host/repo.ts';
import type { Placed } from '#core/ports/host/vcs.ts';
import { PAGE_ITEMS, type Api } from '../wire/api.ts';
import type { GitLabClient } from '../wire/client.ts';
import type { GitLabIdentity } from '../wire/identity.ts';
import { nameOf, pageOf, type Noteable } from './noteable.ts';

/** GitLab's name of 👀, by which people see that we have taken notice. */
const NOTICED = 'eyes';

/** 1,000 reactions: beyond that something is not searched any further. */
const PAGES_MAX = 10;

const Award = z.object({ id: z.number() });
const AwardPage = z.array(Award.extend({ name: z.string(), user: z.object({ id: z.number() }).nullable() }));

/** What is reacted to: the words of a thread, or a note in it. */
interface Words {
  readonly thread: Noteable;
  readonly trigger: Trigger;
}

/** What reacting needs; `webUrl` without trailing slash. */
interface ReactionDeps {
  readonly api: Api;
  readonly self: GitLabIdentity['self'];
  readonly webUrl: string;
}

/**
 * Puts 👀 on the words. GitLab refuses a second one of the same account with the 404 that it also has for what is not
 * there (https://docs.gitlab.com/api/emoji_reactions/), so a 404 is looked into: ours is as good as new, and without
 * one it stays `missing`. Scope `api`.
 */
export async function acknowledge(deps: ReactionDeps, repo: RepoRef, words: Words): Promise<Placed> {
  const action = `reacting to the request in ${nameOf(repo, words.thread)}`;
  const made = deps.api.write({ repo, action }, (gitlab) => awardsOf(gitlab, repo, words).give(), Award);
  const { id } = await made.catch(async (thrown: unknown) => {
    if (!(thrown instanceof AppError) || thrown.code !== 'missing') throw thrown;
    const ours = await findOurs(deps, repo, words);
    if (!ours) throw thrown;
    return ours;
  });
  const note = noteOf(words.trigger);
  const anchor = note === undefined ? '' : `#note_${note}`;
  return { externalId: String(id), url: `${pageOf(deps.webUrl, repo, words.thread)}${anchor}` };
}

async function findOurs({ api, self }: ReactionDeps, repo: RepoRef, words: Words) {
  const us = await self();
  const action = `looking for our reaction in ${nameOf(repo, words.thread)}`;
  for (let page = 1; page <= PAGES_MAX; page += 1) {
    const awards = await api.read({ repo, action }, (gitlab) => awardsOf(gitlab, repo, words).list(page), AwardPage);
    const ours = awards.find(({ name, user }) => name === NOTICED && user?.id === us.id);
    if (ours || awards.length < PAGE_ITEMS) return ours;
  }
  throw new AppError('unavailable', `${action} failed: there are more than ${PAGES_MAX * PAGE_ITEMS}`);
}

function awardsOf(gitlab: GitLabClient, repo: RepoRef, { thread: { kind, number }, trigger }: Words) {
  const note = noteOf(trigger);
  const paged = (page: number) => ({ perPage: PAGE_ITEMS, page });
  if (note === undefined) {
    const awards = kind === 'issue' ? gitlab.IssueAwardEmojis : gitlab.MergeRequestAwardEmojis;
    return {
      give: () => awards.award(repo.id, number, NOTICED),
      list: (page: number) => awards.all(repo.id, number, paged(page)),
    };
  }
  const awards = kind === 'issue' ? gitlab.IssueNoteAwardEmojis : gitlab.MergeRequestNoteAwardEmojis;
  return {
    give: () => awards.award(repo.id, number, note, NOTICED),
    list: (page: number) => awards.all(repo.id, number, note, paged(page)),
  };
}

function noteOf(trigger: Trigger): number | undefined {
  return trigger.kind === 'thread' ? undefined : trigger.id;
}

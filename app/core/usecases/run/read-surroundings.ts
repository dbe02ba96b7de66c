import type { Thread } from '../../domain/host/inbound.ts';
import type { Message } from '../../domain/request/message.ts';
import { conversationOf } from '../../domain/request/work-request.ts';
import { cutThread } from '../../domain/request/thread-cut.ts';
import type { Attachments } from '../../ports/access/attachments.ts';
import type { Conversations } from '../../ports/conversations.ts';
import type { AgentTask } from '../../ports/executor.ts';
import type { ThreadView } from '../../ports/host/thread-reader.ts';
import type { ContextReader, Identity } from '../../ports/host/vcs.ts';
import type { HeldRun } from './hold-run.ts';
import { ourAccounts } from '../intake/our-accounts.ts';
import { unlessSilent, type UnlessSilentDeps } from '../command/unless-silent.ts';

/** What looking around needs. */
export type SurroundingsDeps = UnlessSilentDeps & {
  readonly host: Identity & Pick<ContextReader, 'readThread' | 'readImages'>;
  readonly store: {
    readonly attachments: Pick<Attachments, 'of'>;
    readonly conversations: Pick<Conversations, 'changeOf'>;
  };
};

/** What an agent is told beside the words that were said to it. */
export interface Surroundings {
  readonly thread: ThreadView | null;
  readonly images: AgentTask['images'];
}

/** Above this a conversation is no longer read as a whole by anybody. */
const COMMENTS_MAX = 300;
/** Pictures of one turn; each costs as much as a page of text. */
const IMAGES_MAX = 5;
/** Larger ones the agent would leave out (`AgentTask.images`). */
const IMAGE_BYTES_MAX = 10 * 1_024 * 1_024;

const NOTHING: Surroundings = { thread: null, images: [] };

type Place = Pick<Thread, 'kind' | 'number'>;

/** Something that was said to us, where, and when by our clock; nowhere when it came through the API. */
type Words = Pick<Message, 'id' | 'thread' | 'trigger' | 'createdAt'>;

/**
 * The conversation around a run, as it was when the newest of the words were said that it follows, and the pictures in those
 * words. What was said in the request's change, when words come from there, is part of it. A host that does not answer costs
 * a line in the run's log.
 * @throws AppError `conflict` when the run had to stop.
 */
export async function surroundingsOf(
  deps: SurroundingsDeps,
  held: HeldRun,
  messages: readonly Message[],
): Promise<Surroundings> {
  const spoken: readonly Words[] = messages.length === 0 ? [held.request] : messages;
  const given = await attachedTo(deps, spoken);
  const { thread, images } = await conversationAround(deps, held, spoken);
  return { thread, images: [...given, ...images].slice(0, IMAGES_MAX) };
}

/** Pictures that came with words through the API, those of the newest words first. */
async function attachedTo({ store }: SurroundingsDeps, spoken: readonly Words[]): Promise<AgentTask['images']> {
  const ofApi = spoken.filter(({ thread }) => thread === null).slice(-IMAGES_MAX);
  const found = await Promise.all(ofApi.toReversed().map(({ id }) => store.attachments.of(id)));
  return found.flat().map(({ name, bytes }) => ({ name, bytes }));
}

async function conversationAround(
  deps: SurroundingsDeps,
  held: HeldRun,
  spoken: readonly Words[],
): Promise<Surroundings> {
  const { host, store } = deps;
  const { request } = held;
  const change = request.thread === null ? await store.conversations.changeOf(request.id) : undefined;
  const places = placesOf(conversationOf(request, change ?? null), spoken);
  if (host.readThread === undefined || places.length === 0) return NOTHING;
  const { readThread } = host;
  const read = (thread: Place) => readThread(request.repo, thread, COMMENTS_MAX);
  const ask = () => Promise.all([Promise.all(places.map(read)), ourAccounts(host, request.repo)]);
  const told = await unlessSilent(deps, held, { what: 'The conversation', ask });
  if (told === undefined) return NOTHING;
  const [views, ourIds] = told;
  const view = joined(views);
  if (view === undefined) return NOTHING;
  const [first, ...others] = spoken.map((words) => cutAt(view, words, ourIds));
  const cuts = first === undefined ? [] : [first, ...others];
  const newest = cuts.reduce((latest, cut) => (Date.parse(cut.at) >= Date.parse(latest.at) ? cut : latest));
  return { thread: newest.view, images: await picturesOf(deps, held, cuts) };
}

/** The request's own thread first, then where else its words were said: a request has one change, so at most two. */
function placesOf(own: Place | undefined, spoken: readonly Words[]): readonly Place[] {
  const places = [own, ...spoken.map(({ thread }) => thread)].filter((place) => place !== undefined && place !== null);
  return [...new Map(places.map((place) => [`${place.kind}/${place.number}`, place])).values()];
}

/** Several threads as one conversation, in the order in which things were said; title and body are those of the first. */
function joined([first, ...others]: readonly ThreadView[]): ThreadView | undefined {
  if (first === undefined || others.length === 0) return first;
  const all = [first, ...others];
  const comments = all.flatMap((view) => view.comments);
  return {
    ...first,
    comments: comments.toSorted((a, b) => Date.parse(a.createdAt) - Date.parse(b.createdAt)),
    omitted: all.reduce((sum, { omitted }) => sum + omitted, 0),
    linked: all.flatMap((view) => view.linked),
  };
}

interface Cut extends Pick<Words, 'thread' | 'trigger'> {
  readonly at: string;
  readonly view: ThreadView;
  /** Whether the words are still those that were said. */
  readonly intact: boolean;
}

/** What counts for these words. Their time is the host's own where it tells it; ours is a little later. */
function cutAt(view: ThreadView, { thread, trigger, createdAt }: Words, ourIds: readonly number[]): Cut {
  const triggerCommentId = trigger === null || trigger.kind === 'thread' ? null : trigger.id;
  const isTrigger = ({ id, at }: ThreadView['comments'][number]): boolean =>
    id === triggerCommentId && (at !== null) === (trigger?.kind === 'review-comment');
  const at = view.comments.find(isTrigger)?.createdAt ?? createdAt;
  const cut = cutThread(view, { triggerAt: at, triggerCommentId, ourIds });
  const intact = triggerCommentId === null ? cut.body === view.body : cut.comments.some(isTrigger);
  return { thread, trigger, at, view: cut, intact };
}

/** Pictures of the newest words first. Those of words that were changed since, or are gone, are left out. */
async function picturesOf(deps: SurroundingsDeps, held: HeldRun, cuts: readonly Cut[]): Promise<AgentTask['images']> {
  const { host } = deps;
  const { repo } = held.request;
  if (host.readImages === undefined) return [];
  const { readImages } = host;
  const images: AgentTask['images'][number][] = [];
  for (const { thread, trigger } of cuts
    .filter(({ intact }) => intact)
    .slice(-IMAGES_MAX)
    .toReversed()) {
    const countMax = IMAGES_MAX - images.length;
    if (countMax === 0) break;
    if (thread === null || trigger === null) continue;
    const from = { thread, commentId: trigger.kind === 'thread' ? null : trigger.id };
    const ask = () => readImages(repo, from, { countMax, bytesMax: IMAGE_BYTES_MAX });
    images.push(...((await unlessSilent(deps, held, { what: 'The pictures', ask })) ?? []));
  }
  return images;
}

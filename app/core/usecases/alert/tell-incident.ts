import type { Incident } from '../../domain/alert/incident.ts';
import { trackerComment, trackerMarker, type IncidentNews } from '../../domain/alert/incident-news.ts';
import type { AlertSource } from '../../domain/alert/source.ts';
import { AppError } from '../../domain/errors.ts';
import type { Redactor } from '../../domain/text/secrets.ts';
import type { Placed } from '../../ports/host/vcs.ts';
import type { Notices } from '../../ports/notices.ts';
import type { Logger, Runtime } from '../../ports/runtime.ts';
import type { Effects } from '../../ports/store.ts';
import type { TrackerDesk } from '../../ports/trackers.ts';
import { uuidOf } from '../intake/derive-id.ts';
import { applyEffect } from '../report/apply-effect.ts';
import { resolveIssue } from './resolve-issue.ts';

/** What telling needs. */
export interface TellIncidentDeps {
  readonly store: { readonly effects: Effects };
  readonly alertSources: ReadonlyMap<string, AlertSource>;
  readonly trackerDesk: TrackerDesk;
  readonly notices: Notices;
  readonly redactor: Redactor;
  readonly runtime: Pick<Runtime, 'sha256'>;
  readonly logger: Logger;
}

/** Issues of one cause whose pages are commented on; a cause that has more is told of in the first ones. */
const ISSUES_TOLD_MAX = 10;

/**
 * Tells what became of an incident: a comment on each of its issues at the tracker, made once and then edited, the issues resolved
 * when its fix was merged, and the channels of its source, each once for each news. One that refuses keeps no other back.
 * @throws AppError retryable when one of them is away, after all others were told.
 */
export async function tellIncident(deps: TellIncidentDeps, incident: Incident, news: IncidentNews): Promise<void> {
  const source = deps.alertSources.get(incident.source);
  if (source === undefined) return;
  const passing: AppError[] = [];
  const attempt = async (what: string, telling: () => Promise<void>): Promise<void> => {
    try {
      await telling();
    } catch (thrown) {
      if (!(thrown instanceof AppError)) throw thrown;
      if (thrown.retryable) passing.push(thrown);
      else deps.logger.warn({ incidentId: incident.id, what, code: thrown.code, err: thrown }, 'nobody could be told');
    }
  };
  for (const issueId of incident.issueIds.slice(0, ISSUES_TOLD_MAX)) {
    const at = { incident, source, issueId };
    await attempt('comment', () => comment(deps, at, news));
    if (incident.state === 'merged') await attempt('resolve', () => resolve(deps, at));
  }
  for (const channel of source.tell) await attempt(channel, () => notify(deps, { incident, channel }, news));
  const [first] = passing;
  if (first !== undefined) throw first;
}

interface AtTracker {
  readonly incident: Incident;
  readonly source: AlertSource;
  readonly issueId: string;
}

async function comment(
  deps: TellIncidentDeps,
  { incident, source, issueId }: AtTracker,
  news: IncidentNews,
): Promise<void> {
  const { trackerDesk, runtime, store, redactor } = deps;
  const subjectId = uuidOf(runtime, `tracker-comment/${incident.id}/${incident.round}/${issueId}`);
  const text = redactor.redact(trackerComment(news, subjectId));
  let isFresh = false;
  const placed = await applyEffect(
    store,
    { subjectId, kind: 'tracker-comment' },
    {
      find: () => trackerDesk.findComment(source, issueId, trackerMarker(subjectId)),
      create: () => {
        isFresh = true;
        return trackerDesk.comment(source, issueId, text);
      },
    },
  );
  // What was told last is in the ledger, so that the same is not written again and again.
  const told = { subjectId: uuidOf(runtime, `${subjectId}/told`), kind: 'tracker-comment' } as const;
  const digest = runtime.sha256(text);
  if (!isFresh) {
    const last = await store.effects.read(told.subjectId, told.kind);
    if (last?.externalId === digest) return;
    await trackerDesk.updateComment(source, issueId, { externalId: placed.externalId, text });
  }
  await store.effects.confirm(told, { externalId: digest, url: placed.url });
}

async function resolve(deps: TellIncidentDeps, { incident, source, issueId }: AtTracker): Promise<void> {
  const { issueUrl, id, round } = incident;
  await resolveIssue(deps, source, { issueId, issueUrl, occasion: `${id}/${round}` });
}

async function notify(
  deps: TellIncidentDeps,
  { incident, channel }: { incident: Incident; channel: string },
  { kind, sentence, links }: IncidentNews,
): Promise<void> {
  const id = uuidOf(deps.runtime, `notice/${incident.id}/${incident.round}/${kind}/${channel}`);
  const sent: Placed = { externalId: id, url: '' };
  const atTracker =
    incident.issueUrl === null ? [] : [{ text: `the issue at ${incident.source}`, url: incident.issueUrl }];
  const notice = {
    id,
    title: deps.redactor.redact(incident.title),
    lines: [
      deps.redactor.redact(sentence),
      `Repository: ${incident.repository.slice(incident.repository.indexOf(':') + 1)}`,
    ],
    links: [...links, ...atTracker],
  };
  await applyEffect(
    deps.store,
    { subjectId: id, kind: 'notice' },
    {
      // A channel cannot be asked, and nobody wants to be told twice.
      find: () => Promise.resolve(sent),
      create: async () => {
        await deps.notices.send(channel, notice).catch(asRefusal);
        return sent;
      },
    },
  );
}

/** Nothing was sent, which the ledger must know for certain; whoever was cut off in the middle is not asked again. */
function asRefusal(thrown: unknown): never {
  if (!(thrown instanceof AppError) || thrown.code !== 'unavailable') throw thrown;
  const { retryAfterMs } = thrown;
  throw new AppError('limited', thrown.message, {
    cause: thrown,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  });
}

import { changeName } from '../host/host-traits.ts';
import type { Provider } from '../host/repo.ts';
import type { ChangeRef, Run } from '../run/run.ts';
import type { Incident } from './incident.ts';

/** What people are told of an incident, each once for every time the failure came. */
export type NewsKind = 'begun' | 'waits' | 'proposed' | 'unproven' | 'merged' | 'closed' | 'failed';

/** Where an incident stands, for people outside of the Git host. */
export interface IncidentNews {
  readonly kind: NewsKind;
  readonly sentence: string;
  readonly links: readonly { readonly text: string; readonly url: string }[];
}

/** The news of an incident that has its issue and its request. */
export function newsOfIncident(
  incident: Incident,
  { provider, run, change }: { provider: Provider; run: Run; change: ChangeRef | null },
): IncidentNews {
  const { thread } = incident;
  const kind = kindOf(incident, run, change);
  const links = [
    ...(thread === null ? [] : [{ text: `issue #${thread.number}`, url: thread.url }]),
    ...(change === null ? [] : [{ text: changeName(provider, change.number), url: change.url }]),
  ];
  return { kind, sentence: `${back(incident)}${sentenceOf(kind, run)}`, links };
}

function kindOf({ state }: Incident, run: Run, change: ChangeRef | null): NewsKind {
  if (state === 'merged' || state === 'closed') return state;
  if (run.status === 'awaiting_approval') return 'waits';
  if (run.status === 'failed' || run.status === 'cancelled') return 'failed';
  if (change === null) return 'begun';
  return run.proof?.verdict === 'unproven' ? 'unproven' : 'proposed';
}

function back({ round }: Incident): string {
  return round === 1 ? '' : 'It came back after its fix. ';
}

function sentenceOf(kind: NewsKind, run: Run): string {
  switch (kind) {
    case 'begun':
      return 'An issue was opened, and a fix is being worked on.';
    case 'waits':
      return run.awaiting?.subject === 'plan'
        ? 'A plan for a fix waits for approval by a maintainer.'
        : 'A fix waits for approval by a maintainer.';
    case 'proposed':
      return run.proof === null
        ? 'A fix is proposed.'
        : 'A fix is proposed, with a test that fails without it and passes with it.';
    case 'unproven':
      return 'A fix is proposed as a draft: it is not proven that it mends the failure.';
    case 'merged':
      return 'A fix was merged.';
    case 'closed':
      return 'People closed it without a fix.';
    case 'failed':
      return 'No fix came of it; somebody has to look.';
  }
}

/** By what our comment on an issue of a tracker is found again. Trackers show all of a comment, so it is made to be read. */
export function trackerMarker(commentId: string): string {
  return `astraforge-${commentId}`;
}

/** That comment, in plain text. */
export function trackerComment(news: IncidentNews, commentId: string): string {
  const links = news.links.map(({ text, url }) => `- ${text}: ${url}`);
  return [`AstraForge: ${news.sentence}`, ...links, `(${trackerMarker(commentId)})`].join('\n');
}

import type { Tracker } from '#core/domain/alert/alert.ts';
import type { AlertSource } from '#core/domain/alert/source.ts';
import { AppError } from '#core/domain/errors.ts';
import type { Trackers } from '#core/ports/trackers.ts';
import { askingTrackers } from './tracker-api.ts';
import { failureOf, TrackerEvent, TrackerIssue } from './tracker-event.ts';

/** Both trackers number issues; whatever else a hook calls one is no path to be asked for. */
const ISSUE_ID = /^\d{1,20}$/;

/** Where an issue is below the API, with a slash at its end. */
const ISSUE_PATHS: Readonly<Record<Tracker, (source: AlertSource, issueId: string) => string>> = {
  sentry: ({ organization }, issueId) => `/organizations/${encodeURIComponent(organization)}/issues/${issueId}/`,
  glitchtip: (_source, issueId) => `/issues/${issueId}/`,
};

/** Error trackers by their APIs, with the token that reads by the id of its source. */
export function openTrackers(tokens: ReadonlyMap<string, string>): Trackers {
  const ask = askingTrackers(tokens);
  return {
    async readFailure(source, issueId) {
      if (!ISSUE_ID.test(issueId))
        throw new AppError('missing', `Asking ${source.id} (${source.tracker}): the issue has no number`);
      const path = ISSUE_PATHS[source.tracker](source, issueId);
      const [issue, event] = await Promise.all([
        ask(source, path, TrackerIssue),
        ask(source, `${path}events/latest/`, TrackerEvent),
      ]);
      return failureOf(event, issue, { countsUsers: source.tracker === 'sentry' });
    },
  };
}

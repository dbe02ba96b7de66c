import type { Trackers } from '#core/ports/trackers.ts';
import { issuePath } from './issue-paths.ts';
import { askingTrackers } from './tracker-api.ts';
import { failureOf, TrackerEvent, TrackerIssue } from './tracker-event.ts';

/** Error trackers by their APIs, with the token of each source by its id. */
export function openTrackers(tokens: ReadonlyMap<string, string>): Trackers {
  const ask = askingTrackers(tokens);
  return {
    async readFailure(source, issueId) {
      const path = issuePath(source, issueId);
      const needs = 'event:read';
      const [issue, event] = await Promise.all([
        ask(source, { path, needs }, TrackerIssue),
        ask(source, { path: `${path}events/latest/`, needs }, TrackerEvent),
      ]);
      return failureOf(event.data, issue.data, { countsUsers: source.tracker === 'sentry' });
    },
  };
}

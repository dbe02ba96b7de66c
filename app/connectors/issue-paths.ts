import type { Tracker } from '#core/domain/alert/alert.ts';
import type { AlertSource } from '#core/domain/alert/source.ts';
import { AppError } from '#core/domain/errors.ts';

/** Both trackers number issues; whatever else a hook calls one is no path to be asked for. */
const ISSUE_ID = /^\d{1,20}$/;

const IN_API: Readonly<Record<Tracker, (organization: string, issueId: string) => string>> = {
  sentry: (organization, issueId) => `/organizations/${organization}/issues/${issueId}/`,
  glitchtip: (_organization, issueId) => `/issues/${issueId}/`,
};

const PAGES: typeof IN_API = {
  sentry: IN_API.sentry,
  glitchtip: (organization, issueId) => `/${organization}/issues/${issueId}`,
};

/**
 * Where an issue is below the API, with a slash at its end.
 * @throws AppError `missing` for an issue that has no number.
 */
export function issuePath(source: AlertSource, issueId: string): string {
  if (ISSUE_ID.test(issueId)) return IN_API[source.tracker](encodeURIComponent(source.organization), issueId);
  throw new AppError('missing', `Asking ${source.id} (${source.tracker}): the issue has no number`);
}

/** The page on which people look at an issue and its comments. Ask for its {@link issuePath} first. */
export function issuePageOf(source: AlertSource, issueId: string): string {
  return `${source.url}${PAGES[source.tracker](encodeURIComponent(source.organization), issueId)}`;
}

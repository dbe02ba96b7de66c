import { refused, TrackerFailure, type Refusals } from '../tracker/failure.ts';

/**
 * What Sentry says: Django REST framework's words, and those of src/sentry/api/exceptions.py. A validation error names each
 * field; ours names what is not published.
 */
export const sentryRefusals: Refusals = {
  unauthorised: (hasToken) =>
    refused(401, hasToken ? 'Invalid token' : 'Authentication credentials were not provided.'),
  forbidden: () => refused(403, 'You do not have permission to perform this action.'),
  notFound: () => refused(404, 'The requested resource does not exist'),
  invalid: (problems) => new TrackerFailure(400, { detail: problems.join('; ') }),
  badDsn: () => refused(403, 'event submission rejected with_reason: ProjectId'),
};

/** A refusal of fields, as Sentry's serializers give it. */
export function badFields(fields: Readonly<Record<string, unknown>>): TrackerFailure {
  return new TrackerFailure(400, fields);
}

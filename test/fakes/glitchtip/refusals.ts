import { refused, TrackerFailure, type Refusals } from '../tracker/failure.ts';

/** What Glitchtip says: the words of Django Ninja, which validates with Pydantic and answers 422. */
export const glitchtipRefusals: Refusals = {
  unauthorised: () => refused(401, 'Unauthorized'),
  forbidden: () => refused(403, 'Forbidden'),
  notFound: () => refused(404, 'Not Found'),
  invalid: (problems) =>
    new TrackerFailure(422, {
      detail: problems.map((msg) => ({ type: 'value_error', loc: ['body', 'payload'], msg })),
    }),
  badDsn: () => refused(401, 'Invalid DSN'),
};

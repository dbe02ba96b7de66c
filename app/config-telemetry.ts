import { z } from 'zod';

/** Protocol, key and project: https://develop.sentry.dev/sdk/foundations/transport/authentication/#dsn */
const DSN = /^https?:\/\/[^\s:@/?#]+(?::[^\s@/?#]*)?@[^\s@/?#]+(?:\/[^\s?#]*)?\/\d+$/;
/** What Sentry takes: https://docs.sentry.io/platforms/javascript/guides/node/configuration/releases/ */
const RELEASE_CHARS_MAX = 200;
const ENVIRONMENT_CHARS_MAX = 64;

/** Where our own errors are reported to; variables of every process. */
export const ErrorReporting = z.object({
  SENTRY_DSN: z
    .string()
    .regex(DSN, 'it must be like https://KEY@HOST/PROJECT')
    .optional()
    .describe(
      'DSN of the project, of Sentry or Glitchtip, that our own errors are reported to; unset: to none; docs/runbooks/watching-ourselves.md',
    ),
  SENTRY_ENVIRONMENT: z
    .string()
    .regex(/^[^\s/]+$/, 'it must have no space and no slash')
    .max(ENVIRONMENT_CHARS_MAX)
    .default('production')
    .describe('Environment that these reports are filed under'),
  SENTRY_RELEASE: z
    .string()
    .regex(/^[^\s/\\]+$/, 'it must have no space and no slash')
    .max(RELEASE_CHARS_MAX)
    .optional()
    .describe('Release that these reports are of, such as the commit that is installed; unset: `astraforge@VERSION`'),
});
export type ErrorReporting = z.infer<typeof ErrorReporting>;

/**
 * Loaded before a sample service, in its process, as operators load it (`node --import`): the real SDK, told by the
 * environment. The service itself knows nothing of it.
 */
import { init } from '@sentry/node';
import { z } from 'zod';

const { SENTRY_DSN, SENTRY_RELEASE, SENTRY_ENVIRONMENT, SENTRY_NAME, SERVICE_USER, SERVICE_TAGS } = process.env;

init({
  dsn: SENTRY_DSN ?? '',
  release: SENTRY_RELEASE ?? '',
  environment: SENTRY_ENVIRONMENT ?? 'production',
  serverName: SENTRY_NAME ?? 'web-1',
  initialScope: {
    tags: z.record(z.string(), z.string()).parse(JSON.parse(SERVICE_TAGS ?? '{}')),
    ...(SERVICE_USER === undefined ? {} : { user: { id: SERVICE_USER } }),
  },
});

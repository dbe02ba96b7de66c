import { trackerClient, type RestClient } from '../tracker/rest-client.ts';
import { sendError } from '../tracker/send-error.ts';
import type { OpenProject } from '../tracker/stand-in.ts';
import { startSentry, type SentryStandIn } from './stand-in.ts';

/** The commit of the one release of {@link openShop}, in the repository `acme/shop`. */
export const COMMIT = 'a'.repeat(40);

/** A stand-in with one project, one release with one commit, and one issue with one event that it caused. */
export interface Shop {
  readonly sentry: SentryStandIn;
  readonly project: OpenProject;
  /** Clients with the token that reads, and with the one that writes. */
  readonly reader: RestClient;
  readonly writer: RestClient;
  readonly eventId: string;
  readonly issueId: number;
  /** Path of the issue, without the slash at its end. */
  readonly issue: string;
}

/** Opens it. Close `sentry` at the end. */
export async function openShop(): Promise<Shop> {
  const sentry = await startSentry();
  const project = sentry.addProject('shop');
  const author = { name: 'Bea', email: 'bea@example.com' };
  const commit = { id: COMMIT, message: 'Count items', author, at: Date.now(), repository: 'acme/shop' };
  sentry.release({ version: '1.0.0', project: 'shop', commits: [{ ...commit, files: ['src/cart.js'] }] });
  const eventId = await sendError(project.dsn, {
    user: '7',
    extra: {
      request: { url: 'http://shop/cart', method: 'GET', headers: { Accept: '*/*' }, query_string: 'a=1' },
      breadcrumbs: [{ timestamp: 1_700_000_000, category: 'console', message: 'asked', level: 'info' }],
    },
  });
  const issueId = sentry.issues()[0]?.id ?? 0;
  return {
    sentry,
    project,
    reader: trackerClient(sentry, sentry.readToken),
    writer: trackerClient(sentry, sentry.writeToken),
    eventId,
    issueId,
    issue: `/organizations/acme/issues/${issueId}`,
  };
}

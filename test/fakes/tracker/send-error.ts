import { randomBytes } from 'node:crypto';

/** An error as a test tells it; everything has a default. */
export interface NewError {
  readonly type?: string;
  readonly value?: string;
  /** Where it was thrown, by the path that the service sees; another file or function is another issue. */
  readonly file?: string;
  readonly function?: string;
  readonly line?: number;
  readonly level?: 'fatal' | 'error' | 'warning' | 'info' | 'debug';
  readonly release?: string;
  readonly environment?: string;
  readonly serverName?: string;
  readonly user?: string;
  readonly tags?: Readonly<Record<string, string>>;
  /** What else the event has, or has instead. */
  readonly extra?: Readonly<Record<string, unknown>>;
}

const EVENT_ID_BYTES = 16;

/**
 * Sends one event to a DSN, without an SDK: for storms and for what no service of ours throws. Returns its id.
 * @throws Error when it is not accepted.
 */
export async function sendError(dsn: string, error: NewError = {}): Promise<string> {
  const event = errorEvent(error);
  const { origin, username, pathname } = new URL(dsn);
  const [, project] = /\/(\d+)$/.exec(pathname) ?? [];
  const header = { event_id: event.event_id, sent_at: new Date().toISOString() };
  const body = [header, { type: 'event' }, event].map((line) => JSON.stringify(line)).join('\n');
  const response = await fetch(`${origin}/api/${project}/envelope/?sentry_version=7&sentry_key=${username}`, {
    method: 'POST',
    body,
  });
  if (!response.ok) throw new Error(`the event was refused: ${response.status} ${await response.text()}`);
  return event.event_id;
}

/** One event with a stack of two frames, of which the newer is one's own. */
export function errorEvent(error: NewError): Record<string, unknown> & { readonly event_id: string } {
  const { type = 'TypeError', value = 'it is undefined', file = '/app/src/cart.js', line = 12 } = error;
  const { level = 'error', release = '1.0.0', environment = 'production', serverName = 'web-1', tags, user } = error;
  const frames = [
    { filename: 'node:events', function: 'emit', lineno: 524, colno: 28, in_app: false },
    {
      filename: file,
      function: error.function ?? 'total',
      lineno: line,
      colno: 3,
      in_app: true,
      pre_context: ['function total(cart) {'],
      context_line: '  return cart.items.length;',
      post_context: ['}'],
    },
  ];
  return {
    event_id: randomBytes(EVENT_ID_BYTES).toString('hex'),
    timestamp: Date.now() / 1_000,
    platform: 'node',
    level,
    release,
    environment,
    server_name: serverName,
    sdk: { name: 'sentry.javascript.node', version: '11.12.0' },
    exception: { values: [{ type, value, mechanism: { type: 'generic', handled: true }, stacktrace: { frames } }] },
    ...(tags ? { tags } : {}),
    ...(user === undefined ? {} : { user: { id: user } }),
    ...error.extra,
  };
}

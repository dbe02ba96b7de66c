import { Client, type ClientConfig } from 'pg';

/** First and longest wait between attempts to connect again. */
const RECONNECT_FIRST_MS = 100;
const RECONNECT_LONGEST_MS = 2_000;
/** Idle time before TCP asks whether the peer is alive: a silently dead connection hears nothing for ever. */
const KEEP_ALIVE_MS = 10_000;

type Heard = (payload: string | undefined) => void;

/** LISTEN on one dedicated connection that comes back by itself. */
export interface PostgresListener {
  listen(channel: string, heard: Heard): Promise<() => Promise<void>>;
  close(): Promise<void>;
}

interface Listening {
  readonly config: ClientConfig;
  readonly channels: Map<string, Set<Heard>>;
  client: Client | undefined;
  connecting: Promise<void> | undefined;
  retryMs: number;
  retry: NodeJS.Timeout | undefined;
  closed: boolean;
}

function tell(state: Listening, channel: string, payload: string | undefined): void {
  for (const heard of state.channels.get(channel) ?? []) heard(payload);
}

async function connect(state: Listening): Promise<void> {
  const client = new Client({ ...state.config, keepAlive: true, keepAliveInitialDelayMillis: KEEP_ALIVE_MS });
  client.on('notification', ({ channel, payload }) => tell(state, channel, payload));
  client.on('error', () => undefined);
  client.on('end', () => reconnectLater(state, client));
  try {
    await client.connect();
    for (const channel of state.channels.keys()) await client.query(`listen "${channel}"`);
  } catch (thrown) {
    await client.end().catch(() => undefined);
    throw thrown;
  }
  state.client = client;
  state.retryMs = RECONNECT_FIRST_MS;
}

function reconnectLater(state: Listening, ended: Client | undefined): void {
  if (state.closed || state.retry !== undefined || (ended !== undefined && state.client !== ended)) return;
  state.client = undefined;
  state.retry = setTimeout(() => {
    state.retry = undefined;
    state.retryMs = Math.min(state.retryMs * 2, RECONNECT_LONGEST_MS);
    connect(state).then(
      () => {
        // Whatever was announced meanwhile was not heard.
        for (const channel of state.channels.keys()) tell(state, channel, undefined);
      },
      () => reconnectLater(state, undefined),
    );
  }, state.retryMs);
  state.retry.unref();
}

/** A listener that connects at the first `listen`. Failures are retried for ever, at most 2 s apart; after each return every channel is told undefined. */
export function postgresListener(config: ClientConfig): PostgresListener {
  const state: Listening = {
    config,
    channels: new Map(),
    client: undefined,
    connecting: undefined,
    retryMs: RECONNECT_FIRST_MS,
    retry: undefined,
    closed: false,
  };
  return {
    async listen(channel, heard) {
      const known = state.channels.get(channel);
      const listeners = known ?? new Set<Heard>();
      listeners.add(heard);
      state.channels.set(channel, listeners);
      if (state.connecting === undefined)
        state.connecting = connect(state).catch(() => reconnectLater(state, undefined));
      else if (known === undefined) {
        await state.connecting;
        await state.client?.query(`listen "${channel}"`).catch(() => undefined);
      }
      await state.connecting;
      return async () => void listeners.delete(heard);
    },
    async close() {
      state.closed = true;
      clearTimeout(state.retry);
      await state.connecting;
      await state.client?.end().catch(() => undefined);
    },
  };
}

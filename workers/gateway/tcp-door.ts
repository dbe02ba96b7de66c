import type { TokenUsage } from '#core/domain/run.ts';
import type { Logger } from '#core/ports/runtime.ts';
import { answerError, NOT_ALLOWED, type Exchange } from './answer-error.ts';
import { createBearerTokens, type BearerTokens } from './bearer.ts';
import { openHttpDoor } from './http-door.ts';
import { DEFAULT_LIMITS, relayCall, type Relay, type RelayLimits } from './relay-call.ts';
import { openAccount, type RunAccount, type UsageListener } from './run-account.ts';
import { openUpstream, type UpstreamOptions } from './upstream.ts';

/** What a TCP door is made of. Port 0 takes a free one. */
export interface TcpDoorOptions {
  readonly upstream: UpstreamOptions;
  readonly listen: { readonly host: string; readonly port: number };
  readonly logger: Logger;
  readonly onUsage?: UsageListener;
  readonly limits?: Partial<RelayLimits>;
}

/** One run's right to use the door; disposing ends it and cuts the run's calls. */
export interface TcpPass extends Disposable {
  /** For `Authorization: Bearer …`; known to nobody else, not even to the door, which keeps a digest. */
  readonly token: string;
  usage(): TokenUsage;
  refused(): number;
}

/** The proxy on a TCP port, for places that cannot share a socket. Disposing cuts everything. */
export interface TcpDoor extends AsyncDisposable {
  readonly port: number;
  mint(runId: string): TcpPass;
  /** Requests refused because no running run's token came with them. */
  strangers(): number;
}

const CONNECTIONS_MAX = 1024;
const HEALTH = JSON.stringify({ status: 'ok' });

/**
 * Opens the same proxy as the Unix sockets on TCP: a per-run bearer token names the run. `GET /healthz` answers without one.
 * @throws AppError `invalid` for a bad upstream; rejects with the system's error when the port cannot be had.
 */
export async function createTcpDoor(options: TcpDoorOptions): Promise<TcpDoor> {
  const upstream = openUpstream(options.upstream);
  const relay: Relay = { upstream, limits: { ...DEFAULT_LIMITS, ...options.limits }, logger: options.logger };
  const runs = createBearerTokens<RunAccount>();
  const strangers = openAccount('none');
  const http = await openHttpDoor(
    { at: options.listen, connectionsMax: CONNECTIONS_MAX },
    { handle: (exchange) => admit({ relay, runs, strangers }, exchange), refused: () => strangers.refuse() },
  );
  return {
    port: http.port ?? options.listen.port,
    strangers: () => strangers.refused(),
    mint(runId) {
      const account = openAccount(runId, options.onUsage);
      const minted = runs.mint(account);
      return {
        token: minted.token,
        usage: () => account.usage(),
        refused: () => account.refused(),
        [Symbol.dispose]() {
          minted.revoke();
          account.end();
        },
      };
    },
    async [Symbol.asyncDispose]() {
      await http.close();
      upstream.close();
    },
  };
}

interface Reception {
  readonly relay: Relay;
  readonly runs: BearerTokens<RunAccount>;
  readonly strangers: RunAccount;
}

function admit({ relay, runs, strangers }: Reception, exchange: Exchange): void {
  const { request, response } = exchange;
  if (request.method === 'GET' && request.url === '/healthz') {
    response.writeHead(200, { 'content-type': 'application/json' }).end(HEALTH);
    return;
  }
  const account = runs.find(request.headers.authorization);
  if (account !== undefined) {
    relayCall(relay, account, exchange);
    return;
  }
  strangers.refuse();
  relay.logger.debug({ method: request.method }, 'model proxy refused a stranger');
  answerError(exchange, NOT_ALLOWED);
}

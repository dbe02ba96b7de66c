import type { DoorTerms } from '#core/ports/gateway.ts';
import { createBearerTokens } from '../../../../workers/gateway/door/bearer.ts';
import { openMeans } from '../../../../workers/gateway/model/llm-proxy.ts';
import { openRunDoor, type RunDoor } from '../../../../workers/gateway/door/run-door.ts';
import { createTcpDoor, type TcpDoor } from '../../../../workers/gateway/door/tcp-door.ts';
import { startModelServer, type ModelServer } from '../model-server.ts';
import { generousTerms, randomKey, recordLog, type RecordedLog } from '../open-gateway.ts';

/** A run with a token for the door. */
export interface Pass {
  readonly room: RunDoor;
  readonly token: string;
  /** Ends the run, as closing its door does. */
  end(): Promise<void>;
}

/** A TCP door in front of a tiny model server, without the service around it. */
export interface OpenTcpDoor extends AsyncDisposable {
  readonly server: ModelServer;
  readonly door: TcpDoor;
  readonly at: { readonly port: number };
  readonly apiKey: string;
  readonly log: RecordedLog;
  mint(runId: string, terms?: Partial<DoorTerms>): Pass;
}

/** Opens it on a free port of 127.0.0.1. */
export async function openTcpDoor(): Promise<OpenTcpDoor> {
  const server = await startModelServer();
  const apiKey = randomKey();
  const log = recordLog();
  const { means, upstream } = openMeans({ upstream: { baseUrl: server.baseUrl, apiKey }, logger: log });
  const tokens = createBearerTokens<RunDoor>();
  const rooms: RunDoor[] = [];
  const door = await createTcpDoor({ listen: { host: '127.0.0.1', port: 0 }, find: tokens.find, logger: log });
  return {
    server,
    door,
    at: { port: door.port },
    apiKey,
    log,
    mint(runId, terms) {
      const room = openRunDoor({ runId, epoch: 1 }, generousTerms(terms), means);
      rooms.push(room);
      const { token, revoke } = tokens.mint(room);
      const end = async (): Promise<void> => {
        revoke();
        await room.end();
      };
      return { room, token, end };
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(rooms.map((room) => room.end()));
      await door[Symbol.asyncDispose]();
      upstream.close();
      await server[Symbol.asyncDispose]();
    },
  };
}

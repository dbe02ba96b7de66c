import type { Duplex } from 'node:stream';
import type { Logger } from '#core/ports/runtime.ts';
import { answerError, NOT_ALLOWED, type Exchange } from '../model/answer-error.ts';
import { ESTABLISHED } from '../egress/answer.ts';
import { openHttpDoor, refuseTunnel, type HttpDoor, type TunnelRequest } from './http-door.ts';
import type { RunDoor } from './run-door.ts';
import { watchStrangers, type Strangers } from './strangers.ts';

/** What a TCP door is made of. Port 0 takes a free one. */
export interface TcpDoorOptions {
  readonly listen: { readonly host: string; readonly port: number };
  /** The run a header of the form `Bearer …` stands for. */
  readonly find: (authorization: string | undefined) => RunDoor | undefined;
  /** Answers what comes without a run's token; false when the caller proved nothing. Absent: every such caller is refused. */
  readonly others?: (exchange: Exchange) => boolean;
  readonly logger: Logger;
}

/** The doors of all runs on one TCP port, for places that cannot share a socket. Disposing cuts everything. */
export interface TcpDoor extends AsyncDisposable {
  readonly port: number;
  /** Requests refused because no running run's token came with them. */
  strangers(): number;
}

/** Of all runs together, and of strangers. */
const TCP_CONNECTIONS_MAX = 4_096;
const HEALTH = JSON.stringify({ status: 'ok' });

const NO_TUNNEL = {
  status: 403,
  code: 'not_allowed',
  message: 'A tunnel to model or egress needs the token of a run that is under way',
};
const TOO_MANY = { status: 503, code: 'too_many', message: 'This run has too many connections open' };

interface Reception extends TcpDoorOptions {
  readonly watch: Strangers;
  /** Connections that a CONNECT tied to a run. */
  readonly tunnels: WeakMap<Duplex, RunDoor>;
}

/**
 * Opens the door. A per-run token names the run, as `Authorization: Bearer …` of a call at the model, or as
 * `Proxy-Authorization: Bearer …` of `CONNECT model` and `CONNECT egress`, after which the connection is like one that came
 * in at the run's own socket of that name. `GET /healthz` answers everybody. Rejects with the system's error when the port
 * cannot be had.
 */
export async function createTcpDoor(options: TcpDoorOptions): Promise<TcpDoor> {
  const reception: Reception = { ...options, watch: watchStrangers(), tunnels: new WeakMap() };
  const http: HttpDoor = await openHttpDoor(
    { at: options.listen, connectionsMax: TCP_CONNECTIONS_MAX },
    {
      handle: (exchange) => admit(reception, exchange),
      tunnel(asked) {
        const room = connect(reception, asked);
        if (room === undefined) return;
        asked.socket.write(ESTABLISHED);
        if (asked.head.length > 0) asked.socket.unshift(asked.head);
        if (asked.request.url === 'egress') room.egress(asked.socket);
        else http.adopt(asked.socket);
      },
      connected: (socket) => {
        if (!reception.tunnels.has(socket)) reception.watch.meet(socket);
      },
    },
  );
  return {
    port: http.port ?? options.listen.port,
    strangers: reception.watch.refused,
    [Symbol.asyncDispose]: http.close,
  };
}

function admit(reception: Reception, exchange: Exchange): void {
  const { request, response } = exchange;
  const tunnelled = reception.tunnels.get(request.socket);
  if (tunnelled !== undefined) {
    tunnelled.model(exchange);
    return;
  }
  if (request.method === 'GET' && request.url === '/healthz') {
    response.writeHead(200, { 'content-type': 'application/json', connection: 'close' }).end(HEALTH);
    return;
  }
  const room = reception.find(request.headers.authorization);
  if (room !== undefined && room.hold(request.socket)) {
    reception.watch.know(request.socket);
    room.model(exchange);
    return;
  }
  if (reception.others?.(exchange) === true) {
    reception.watch.know(request.socket);
    return;
  }
  reception.watch.refuse();
  reception.logger.debug({ method: request.method }, 'gateway refused a stranger');
  if (reception.others !== undefined) return;
  response.setHeader('connection', 'close');
  answerError(exchange, NOT_ALLOWED);
}

/** Ties the connection of a CONNECT to its run, or answers it with no. */
function connect(reception: Reception, asked: TunnelRequest): RunDoor | undefined {
  const { request, socket } = asked;
  const inside = reception.tunnels.get(socket);
  if (inside !== undefined) {
    inside.refuse('CONNECT request');
    refuseTunnel(socket, NO_TUNNEL);
    return undefined;
  }
  const token = request.headers['proxy-authorization'];
  const room = reception.find(token);
  if (room === undefined || (request.url !== 'model' && request.url !== 'egress')) {
    reception.watch.refuse();
    reception.logger.debug({ known: room !== undefined }, 'gateway refused a tunnel');
    refuseTunnel(socket, { ...NO_TUNNEL, status: token === undefined ? 407 : 403 });
    return undefined;
  }
  if (!room.hold(socket)) {
    refuseTunnel(socket, TOO_MANY);
    return undefined;
  }
  reception.watch.know(socket);
  reception.tunnels.set(socket, room);
  return room;
}

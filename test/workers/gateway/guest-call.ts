import { request, type IncomingHttpHeaders, type IncomingMessage, type OutgoingHttpHeaders } from 'node:http';
import { buffer } from 'node:stream/consumers';

/** Where a guest calls: a socket or a port. */
export type Door = { readonly socketPath: string } | { readonly port: number };

/** A call as a guest could make it; `body` chunks are written one by one. */
export interface GuestCall {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: OutgoingHttpHeaders;
  readonly body?: readonly Uint8Array[];
}

/** An answer with the bytes as they came, nothing decoded. */
export interface GuestAnswer {
  readonly status: number;
  readonly statusMessage: string;
  readonly headers: IncomingHttpHeaders;
  readonly rawHeaders: readonly string[];
  readonly body: Buffer;
}

/** Makes a call and reads the whole answer; rejects when the connection is cut. */
export function callDoor(door: Door, call: GuestCall = {}): Promise<GuestAnswer> {
  return new Promise((resolve, reject) => {
    const { method = 'POST', path = '/v1/responses', headers = {}, body = [] } = call;
    const outgoing = request({ ...door, host: '127.0.0.1', method, path, headers, agent: false }, (answer) => {
      resolve(readWhole(answer));
    });
    outgoing.on('connect', (answer, socket) => {
      socket.destroy();
      resolve(readWhole(answer.resume()));
    });
    outgoing.on('error', reject);
    writeAll(outgoing, body);
  });
}

async function readWhole(answer: IncomingMessage): Promise<GuestAnswer> {
  const { statusCode = 0, statusMessage = '', headers, rawHeaders } = answer;
  return { status: statusCode, statusMessage, headers, rawHeaders, body: await buffer(answer) };
}

function writeAll(outgoing: ReturnType<typeof request>, body: readonly Uint8Array[]): void {
  let index = 0;
  const next = (): void => {
    const chunk = body[index];
    index += 1;
    if (chunk === undefined) outgoing.end();
    else outgoing.write(chunk, () => setImmediate(next));
  };
  next();
}

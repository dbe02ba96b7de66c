import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';

/** One request as it reached the model server. */
export interface Received {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly rawHeaders: readonly string[];
  readonly body: Buffer;
}

/** A tiny model server for proxy tests: it remembers what it got and answers as it is told. */
export interface ModelServer extends AsyncDisposable {
  readonly baseUrl: string;
  readonly received: Received[];
  /** Connections open now. */
  connections(): Promise<number>;
  answer(with_: Answer): void;
}

/** Writes one answer; `body()` reads the whole request, which is remembered then, and not before. */
export type Answer = (exchange: {
  request: IncomingMessage;
  response: ServerResponse;
  body: () => Promise<Buffer>;
}) => void | Promise<void>;

/** Starts it on a free port of 127.0.0.1; until told otherwise it answers `200 {}`. */
export async function startModelServer(): Promise<ModelServer> {
  const received: Received[] = [];
  let current: Answer = answerEmpty;
  const server = createServer((request, response) => {
    const { method = '', url = '', headers, rawHeaders } = request;
    const body = async (): Promise<Buffer> => {
      const bytes = await buffer(request);
      received.push({ method, url, headers, rawHeaders, body: bytes });
      return bytes;
    };
    Promise.resolve(current({ request, response, body })).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no TCP port');
  return {
    baseUrl: `http://127.0.0.1:${address.port}/v1`,
    received,
    connections: () =>
      new Promise((resolve, reject) => {
        server.getConnections((error, count) => (error ? reject(error) : resolve(count)));
      }),
    answer: (next) => {
      current = next;
    },
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

const answerEmpty: Answer = async ({ response, body }) => {
  await body();
  response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
};

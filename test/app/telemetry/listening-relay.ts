import { createServer, request as send, type IncomingMessage, type ServerResponse } from 'node:http';
import { decompress } from '../../fakes/tracker/envelope.ts';
import type { OpenProject } from '../../fakes/tracker/stand-in.ts';

/** Stands between an SDK and a tracker, and keeps what was said as it was. */
export interface ListeningRelay extends AsyncDisposable {
  /** The project's DSN, by way of the relay. */
  readonly dsn: string;
  /** Every request so far: its line, its headers and its body, which is no longer compressed. */
  heard(): readonly string[];
}

/** Opens one in front of a project. */
export async function openRelay(project: OpenProject): Promise<ListeningRelay> {
  const heard: string[] = [];
  const behind = new URL(project.dsn);
  const pass = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    const plain = decompress(body, request.headers['content-encoding']);
    heard.push(`${request.method} ${request.url}\n${request.rawHeaders.join('\n')}\n${plain.toString('utf8')}`);
    const { method, headers } = request;
    send({ port: behind.port, host: behind.hostname, path: request.url, method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    })
      .on('error', () => response.destroy())
      .end(body);
  };
  const server = createServer((request, response) => void pass(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the relay listens on no port');
  const dsn = new URL(project.dsn);
  dsn.port = String(address.port);
  return {
    dsn: dsn.href,
    heard: () => heard,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

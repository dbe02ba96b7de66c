import { createServer, type IncomingHttpHeaders } from 'node:http';

/** A webhook as it arrived. */
export interface CaughtHook {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A receiver that keeps every webhook and answers as told. */
export interface HookCatcher extends AsyncDisposable {
  readonly url: string;
  readonly caught: CaughtHook[];
  /** Status of the answers; default 202. */
  status: number;
}

/** Starts a receiver on 127.0.0.1. */
export async function startHookCatcher(): Promise<HookCatcher> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      catcher.caught.push({ headers: request.headers, body: Buffer.concat(chunks).toString('utf8') });
      response.writeHead(catcher.status).end('caught');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the receiver listens on no port');
  const catcher: HookCatcher = {
    url: `http://127.0.0.1:${address.port}/webhooks`,
    caught: [],
    status: 202,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return catcher;
}

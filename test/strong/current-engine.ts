import { createServer, request as ask } from 'node:http';
import type { IncomingMessage, RequestOptions, ServerResponse } from 'node:http';
import { once } from 'node:events';
import { chmod, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { z } from 'zod';

/** What `strong` takes for current; see sandbox/profile.ts. */
const CURRENT = { engine: '28.0.0', runc: '1.3.3' } as const;
const EVERYONE = 0o666;

const Version = z.looseObject({
  Version: z.string(),
  Components: z.array(z.looseObject({ Name: z.string(), Version: z.string() })).default([]),
});

/**
 * Listens at `socketPath` for an engine at `enginePath` and passes everything on, byte for byte, but for one answer: asked
 * for its version, the engine is as old as it is, and this says that it is current. So `strong`, which refuses Debian 12's
 * engine, can be tried on it: under gVisor neither the age of the engine nor runc is between a guest and the host.
 */
export async function standBeforeEngine(enginePath: string, socketPath: string): Promise<AsyncDisposable> {
  const at = ({ method, url, headers }: IncomingMessage): RequestOptions => ({
    ...{ socketPath: enginePath, path: url ?? '/', headers },
    ...(method === undefined ? {} : { method }),
  });
  const server = createServer((asked, answer) => {
    const passed = ask(at(asked), (found) => void passOn(asked, found, answer));
    passed.on('error', () => answer.destroy());
    answer.on('close', () => passed.destroy());
    asked.pipe(passed);
  });
  server.on('upgrade', (asked, socket: Socket, head) => takeOver(asked, { socket, head, enginePath }));
  server.listen(socketPath);
  await once(server, 'listening');
  await chmod(socketPath, EVERYONE);
  return {
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await rm(socketPath, { force: true });
    },
  };
}

async function passOn(asked: IncomingMessage, found: IncomingMessage, answer: ServerResponse): Promise<void> {
  if (!/^(?:\/v[\d.]+)?\/version$/.test(asked.url ?? '') || found.statusCode !== 200) {
    answer.writeHead(found.statusCode ?? 502, found.headers);
    answer.flushHeaders();
    found.on('error', () => answer.destroy()).pipe(answer);
    return;
  }
  const said = Version.parse(JSON.parse((await buffer(found)).toString('utf8')));
  const text = JSON.stringify({
    ...said,
    Version: CURRENT.engine,
    Components: said.Components.map((part) => ({
      ...part,
      ...(part.Name === 'Engine' ? { Version: CURRENT.engine } : {}),
      ...(part.Name === 'runc' ? { Version: CURRENT.runc } : {}),
    })),
  });
  answer.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }).end(text);
}

/** A stream that the engine takes over from HTTP, such as that of an attached container; either side may close first. */
function takeOver(
  { method, url, rawHeaders }: IncomingMessage,
  { socket, head, enginePath }: { readonly socket: Socket; readonly head: Buffer; readonly enginePath: string },
): void {
  const engine = connect({ path: enginePath, allowHalfOpen: true });
  const headers = rawHeaders.map((part, index) => (index % 2 === 0 ? `${part}: ` : `${part}\r\n`)).join('');
  // In one piece: the engine drops what came together with the question, and takes what comes later for the guest's stdin.
  engine.write(Buffer.concat([Buffer.from(`${method ?? 'POST'} ${url ?? '/'} HTTP/1.1\r\n${headers}\r\n`), head]));
  socket.on('error', () => engine.destroy()).on('close', () => engine.destroy());
  engine.on('error', () => socket.destroy()).on('close', () => socket.destroy());
  socket.pipe(engine);
  engine.pipe(socket);
}

import { connect, createServer, type Socket } from 'node:net';

/** A TCP proxy that can lose every connection it has. */
export interface CuttableProxy extends AsyncDisposable {
  readonly port: number;
  /** Resets what is open; `forMs` more, new connections are reset too. */
  cut(forMs: number): void;
  /** Connections passed on so far. */
  passed(): number;
}

/** Starts one in front of a port of 127.0.0.1. */
export async function startCuttableProxy(to: number): Promise<CuttableProxy> {
  const open = new Set<Socket>();
  let cutUntil = 0;
  let passed = 0;
  const server = createServer({ allowHalfOpen: true }, (client) => {
    client.on('error', () => undefined);
    if (Date.now() < cutUntil) {
      client.resetAndDestroy();
      return;
    }
    passed += 1;
    const upstream = connect({ host: '127.0.0.1', port: to, allowHalfOpen: true });
    for (const [one, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      open.add(one);
      one.on('error', () => other.destroy());
      one.once('close', () => {
        open.delete(one);
        other.destroy();
      });
      one.pipe(other);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no TCP port');
  const cutAll = (): void => {
    for (const socket of open) socket.resetAndDestroy();
  };
  return {
    port: address.port,
    cut(forMs) {
      cutUntil = Date.now() + forMs;
      cutAll();
    },
    passed: () => passed,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        cutAll();
      }),
  };
}

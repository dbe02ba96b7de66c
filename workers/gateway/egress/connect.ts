import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';

/** How connections to the outside are begun. */
export interface ConnectTerms {
  /** Begins a connection to exactly this address. */
  readonly connect: (address: string, port: number) => Socket;
  readonly timeoutMs: number;
}

/** Where to connect to, and for whom. */
export interface ConnectTarget {
  readonly addresses: readonly string[];
  readonly port: number;
  /** When it is gone, nothing more is tried. */
  readonly client: Duplex;
}

const ADDRESSES_TRIED_MAX = 4;

/** A connection to the first of the addresses that answers; null when none does or the client is gone. Never rejects. */
export async function connectFirst(terms: ConnectTerms, target: ConnectTarget): Promise<Socket | null> {
  for (const address of target.addresses.slice(0, ADDRESSES_TRIED_MAX)) {
    if (target.client.destroyed) return null;
    const socket = terms.connect(address, target.port);
    if (await connects(socket, target.client, terms.timeoutMs)) return socket;
    socket.destroy();
  }
  return null;
}

function connects(socket: Socket, client: Duplex, timeoutMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    const settle = (connected: boolean): void => {
      clearTimeout(timer);
      client.off('close', onGone);
      resolve(connected);
    };
    const onGone = (): void => settle(false);
    const timer = setTimeout(onGone, timeoutMs);
    client.once('close', onGone);
    socket.once('connect', () => settle(true));
    socket.on('error', onGone);
  });
}

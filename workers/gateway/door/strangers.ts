import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';

/** Keeps callers that have not shown a token from taking the places of those who have. */
export interface Strangers {
  /** Starts watching a new connection: it goes unless it is known in time, or at once when its address has too many such. */
  meet(socket: Duplex): void;
  /** The caller has shown a token. */
  know(socket: Duplex): void;
  /** Counts a refusal; the caller keeps the time it had to read the answer. */
  refuse(): void;
  /** Refusals so far. */
  refused(): number;
}

/** Bounds of {@link watchStrangers}. */
export interface StrangerLimits {
  /** Milliseconds from the connection to the head of the first request with a token. */
  readonly introductionMs: number;
  /** Connections from one address that nobody knows yet. */
  readonly perAddressMax: number;
}

/** A forwarder in a workspace sends its token with its first bytes, so even a slow network needs a fraction of this. */
const LIMITS: StrangerLimits = { introductionMs: 5_000, perAddressMax: 128 };

/** Watches connections of one server; nothing is kept of one that is over. */
export function watchStrangers(limits: StrangerLimits = LIMITS): Strangers {
  const unknown = new Map<Duplex, { readonly address: string; readonly timer: NodeJS.Timeout }>();
  const perAddress = new Map<string, number>();
  let refused = 0;

  const forget = (socket: Duplex): void => {
    const met = unknown.get(socket);
    if (met === undefined) return;
    clearTimeout(met.timer);
    unknown.delete(socket);
    const left = (perAddress.get(met.address) ?? 1) - 1;
    if (left > 0) perAddress.set(met.address, left);
    else perAddress.delete(met.address);
  };
  return {
    meet(socket) {
      const address = (socket instanceof Socket ? socket.remoteAddress : undefined) ?? 'unknown';
      const count = perAddress.get(address) ?? 0;
      if (count >= limits.perAddressMax) {
        refused += 1;
        socket.destroy();
        return;
      }
      perAddress.set(address, count + 1);
      const timer = setTimeout(() => socket.destroy(), limits.introductionMs).unref();
      unknown.set(socket, { address, timer });
      socket.once('close', () => forget(socket));
    },
    know: forget,
    refuse() {
      refused += 1;
    },
    refused: () => refused,
  };
}

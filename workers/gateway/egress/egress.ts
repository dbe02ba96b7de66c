import { createConnection, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Logger } from '#core/ports/runtime.ts';
import { answerRefusal } from './answer.ts';
import { serveConnection, type EgressServing } from './connection.ts';
import { matchHosts } from './host.ts';
import { createLookup, machineAddresses, systemResolve } from './lookup.ts';

/** What one run may take of the network. Times in milliseconds. */
export interface EgressLimits {
  /** Connections open at the same time. */
  readonly connectionsMax: number;
  /** Connections over the whole run. */
  readonly connectionsTotalMax: number;
  /** Bytes sent to allowed hosts over the whole run; downloads are not limited here. */
  readonly uploadBytesMax: number;
  /** Until the CONNECT head has come, and again until the first bytes inside the tunnel have. */
  readonly openingTimeoutMs: number;
  readonly lookupTimeoutMs: number;
  readonly connectTimeoutMs: number;
  /** Without a byte in either direction. */
  readonly idleTimeoutMs: number;
  /** From the first byte to the end of a tunnel. */
  readonly lifetimeMs: number;
}

/** What a run's way out is made of. */
export interface EgressOptions {
  /** Allowed hosts: names, or `*.` and a name for everything below it. Empty: none. */
  readonly hosts: readonly string[];
  /** Hosts, written alike, that the operator lets resolve to private addresses; they must be in `hosts` as well. */
  readonly privateHosts?: readonly string[];
  /** Called once per refusal with `host:port (why)`; the text is bounded and printable. Must not throw. */
  readonly onRefused: (what: string) => void;
  readonly logger: Logger;
  /** All addresses of a name; the system's resolver when absent. */
  readonly resolve?: (host: string) => Promise<readonly string[]>;
  /** Begins a connection to a checked address, which is text and never a name; the system's when absent. */
  readonly connect?: (address: string, port: number) => Socket;
  readonly limits?: Partial<EgressLimits>;
}

/** A run's forward proxy. It listens on nothing itself: whoever owns the socket hands connections in. */
export interface EgressDoor {
  /** Takes a connection over, errors included. It should allow half-open, so that both directions can end on their own. */
  accept(socket: Duplex): void;
  /** Bytes to and from allowed hosts so far. */
  bytes(): { readonly up: number; readonly down: number };
  /** Cuts everything; resolves when it is gone. Later connections are destroyed. Idempotent. */
  close(): Promise<void>;
}

/** Registries are read from; this bounds what a hostile agent could carry out through one. */
const UPLOAD_BYTES_MAX = 50 * 1024 * 1024;

/** What holds where nothing else is said. */
export const DEFAULT_EGRESS_LIMITS: EgressLimits = {
  connectionsMax: 128,
  connectionsTotalMax: 20_000,
  uploadBytesMax: UPLOAD_BYTES_MAX,
  openingTimeoutMs: 10_000,
  lookupTimeoutMs: 10_000,
  connectTimeoutMs: 5_000,
  idleTimeoutMs: 120_000,
  lifetimeMs: 3_600_000,
};

/** Opens a door. @throws AppError `invalid` when a host is not a DNS name. */
export function openEgressDoor(options: EgressOptions): EgressDoor {
  const { logger } = options;
  const limits = { ...DEFAULT_EGRESS_LIMITS, ...options.limits };
  const bytes = { up: 0, down: 0 };
  const count = { connections: 0, refused: 0, turnedAway: 0 };
  const open = new Map<Duplex, Promise<void>>();
  const serving = servingOf(options, limits, bytes);
  let closed = false;

  const refuse = (target: string, why: string): void => {
    count.refused += 1;
    logger.debug({ target, why }, 'egress refused');
    options.onRefused(`${target} (${why})`);
  };
  const turnAway = (client: Duplex): void => {
    client.destroy();
    // Said once, since a guest that has gone wild would make it say so for ever.
    if (count.turnedAway === 0) refuse('-', 'too many connections');
    count.turnedAway += 1;
  };
  return {
    accept(client) {
      client.on('error', () => client.destroy());
      if (closed) return void client.destroy();
      if (open.size >= limits.connectionsMax || count.connections >= limits.connectionsTotalMax) {
        return turnAway(client);
      }
      count.connections += 1;
      client.once('close', () => open.delete(client));
      open.set(client, serveAndTell(client, serving, { refuse, logger }));
    },
    bytes: () => ({ ...bytes }),
    async close() {
      if (closed) return;
      closed = true;
      const served = [...open.values()];
      for (const client of open.keys()) client.destroy();
      await Promise.all(served);
      logger.info({ ...bytes, ...count }, 'egress door closed');
    },
  };
}

interface Told {
  refuse(target: string, why: string): void;
  readonly logger: Logger;
}

/** Serves a connection, tells of a refusal, and closes. Never rejects. */
async function serveAndTell(client: Duplex, serving: EgressServing, { refuse, logger }: Told): Promise<void> {
  try {
    const refusal = await serveConnection(serving, client);
    if (refusal === null) return void client.destroy();
    refuse(refusal.target, refusal.why);
    answerRefusal(client, refusal);
  } catch (error) {
    client.destroy();
    logger.error({ error }, 'egress connection failed');
  }
}

function servingOf(options: EgressOptions, limits: EgressLimits, bytes: { up: number; down: number }): EgressServing {
  const { hosts, privateHosts = [], resolve = systemResolve, connect = connectTo } = options;
  let spent = false;
  return {
    allows: matchHosts(hosts),
    lookUp: createLookup({
      resolve,
      mayBeInner: matchHosts(privateHosts),
      ownAddresses: machineAddresses,
      timeoutMs: limits.lookupTimeoutMs,
    }),
    connecting: { connect, timeoutMs: limits.connectTimeoutMs },
    openingTimeoutMs: limits.openingTimeoutMs,
    maySend: () => !spent,
    tunnel: {
      idleTimeoutMs: limits.idleTimeoutMs,
      lifetimeMs: limits.lifetimeMs,
      up(size) {
        spent ||= bytes.up + size > limits.uploadBytesMax;
        if (!spent) bytes.up += size;
        return !spent;
      },
      down: (size) => void (bytes.down += size),
    },
  };
}

function connectTo(host: string, port: number): Socket {
  return createConnection({ host, port, allowHalfOpen: true, noDelay: true });
}

import { chmod, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Gateway, ModelDoor } from '#core/ports/gateway.ts';
import type { Logger } from '#core/ports/runtime.ts';
import type { Exchange } from './answer-error.ts';
import { openHttpDoor } from './http-door.ts';
import { DEFAULT_LIMITS, relayCall, type Relay, type RelayLimits } from './relay-call.ts';
import { openAccount, type RunAccount, type UsageListener } from './run-account.ts';
import { openSocketDirectory, SOCKET_NAME } from './socket-directory.ts';
import { openUpstream, type UpstreamOptions } from './upstream.ts';

/** What the doors of a process share. */
export interface GatewayOptions {
  readonly upstream: UpstreamOptions;
  /** Directory on the host, made when missing; short, because socket paths are limited to 107 bytes. */
  readonly directory: string;
  readonly logger: Logger;
  readonly onUsage?: UsageListener;
  readonly limits?: Partial<RelayLimits>;
}

/** A run's door, with what was refused at it. */
export interface LlmDoor extends ModelDoor {
  /** Requests answered 403 so far. */
  refused(): number;
}

/** A gateway whose doors are Unix sockets. Disposing closes the doors still open. */
export interface LlmGateway extends Gateway, AsyncDisposable {
  open(run: { runId: string; epoch: number }): Promise<LlmDoor>;
}

/** One run has a handful of calls under way, each on a connection of its own. */
const CONNECTIONS_MAX = 64;

/**
 * Opens the proxy through which guests reach the model. It holds the model key; a guest never sees it.
 * @throws AppError `invalid` for a bad upstream or a directory with too long a path, `denied` for a foreign directory.
 */
export async function createGateway(options: GatewayOptions): Promise<LlmGateway> {
  const sockets = await openSocketDirectory(options.directory);
  const upstream = openUpstream(options.upstream);
  const relay: Relay = { upstream, limits: { ...DEFAULT_LIMITS, ...options.limits }, logger: options.logger };
  const open = new Set<LlmDoor>();
  return {
    async open({ runId, epoch }) {
      const directory = await sockets.claim(runId);
      const account = openAccount(runId, options.onUsage);
      const inner = await openDoor(relay, account, directory);
      const door: LlmDoor = {
        ...inner,
        async [Symbol.asyncDispose]() {
          if (!open.delete(door)) return;
          await inner[Symbol.asyncDispose]();
          options.logger.info({ runId, epoch, refused: account.refused(), ...account.usage() }, 'model door closed');
        },
      };
      open.add(door);
      return door;
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([...open].map((door) => door[Symbol.asyncDispose]()));
      upstream.close();
    },
  };
}

async function openDoor(relay: Relay, account: RunAccount, directory: string): Promise<LlmDoor> {
  const path = join(directory, SOCKET_NAME);
  const handlers = {
    handle: (exchange: Exchange) => relayCall(relay, account, exchange),
    refused: () => account.refuse(),
  };
  try {
    const http = await openHttpDoor({ at: { path }, connectionsMax: CONNECTIONS_MAX }, handlers);
    await chmod(path, 0o666);
    return {
      socketDirectory: directory,
      usage: () => account.usage(),
      refused: () => account.refused(),
      async [Symbol.asyncDispose]() {
        account.end();
        await http.close();
        await rm(directory, { recursive: true, force: true });
      },
    };
  } catch (error) {
    await rm(directory, { recursive: true, force: true });
    throw error;
  }
}

import type { PriceTable } from '#core/domain/run/budget.ts';
import { AppError } from '#core/domain/errors.ts';
import type { Gateway, RunDoors } from '#core/ports/gateway.ts';
import type { Logger } from '#core/ports/runtime.ts';
import { NOT_ALLOWED } from './answer-error.ts';
import { DEFAULT_EGRESS_LIMITS } from '../egress/egress.ts';
import { openHttpDoor, refuseTunnel } from '../door/http-door.ts';
import type { CallRecorder } from './record-call.ts';
import { DEFAULT_LIMITS, type RelayLimits } from './relay-call.ts';
import { CONNECTIONS_MAX, openRunDoor, type DoorMeans, type RunDoor } from '../door/run-door.ts';
import { openSocketDirectory } from '../door/socket-directory.ts';
import { listenForConnections, openSocketPair } from '../door/socket-pair.ts';
import { openUpstream, type Upstream, type UpstreamOptions } from './upstream.ts';

/** What every process that holds the model key is given, whatever kind of doors it opens. */
export interface ProxyOptions {
  readonly upstream: UpstreamOptions;
  readonly logger: Logger;
  /** Dollars by model; a model that is not here has no price. */
  readonly prices?: PriceTable;
  /** Hosts of egress that may resolve to private addresses. */
  readonly privateHosts?: readonly string[];
  /** Bytes one run may send through egress. */
  readonly uploadBytesMax?: number;
  readonly recorder?: CallRecorder;
  readonly limits?: Partial<RelayLimits>;
}

/** What the doors of a process share. */
export interface GatewayOptions extends ProxyOptions {
  /** Directory on the host, made when missing; short, because socket paths are limited to 107 bytes. */
  readonly directory: string;
}

/** A run's doors, with what was refused at the model's. */
export interface LlmDoor extends RunDoors {
  readonly doors: Extract<RunDoors['doors'], { kind: 'sockets' }>;
  /** Model requests refused so far. */
  refused(): number;
}

/** A gateway that somebody holds. Disposing closes the doors still open. */
export interface HeldGateway extends Gateway, AsyncDisposable {
  /** Removes the sockets that dead processes left; returns how many directories went. */
  sweep(): Promise<number>;
}

/** A gateway whose doors are Unix sockets. */
export interface LlmGateway extends HeldGateway {
  open(...args: Parameters<Gateway['open']>): Promise<LlmDoor>;
}

/** Opens what all doors of a process share. @throws AppError `invalid` for a bad upstream. */
export function openMeans(options: ProxyOptions): { means: DoorMeans; upstream: Upstream } {
  const upstream = openUpstream(options.upstream);
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const relay = { upstream, limits, logger: options.logger, recorder: options.recorder };
  const { prices = {}, privateHosts = [], uploadBytesMax = DEFAULT_EGRESS_LIMITS.uploadBytesMax } = options;
  return { means: { relay, prices, privateHosts, uploadBytesMax }, upstream };
}

/**
 * Opens the proxy through which guests reach the model and allowed hosts. It holds the model key; a guest never sees it.
 * @throws AppError `invalid` for a bad upstream or a directory with too long a path, `denied` for a foreign directory.
 */
export async function createGateway(options: GatewayOptions): Promise<LlmGateway> {
  const sockets = await openSocketDirectory(options.directory);
  const { means, upstream } = openMeans(options);
  const open = new Set<LlmDoor>();
  return {
    async open(run, terms) {
      if (terms.kind !== 'sockets') {
        throw new AppError(
          'invalid',
          'Workspaces on another machine need the gateway as a service of its own: start workers/gateway-main.ts and set LLM_PROXY_URL and LLM_PROXY_SECRET',
        );
      }
      const room = openRunDoor(run, terms, means);
      const pair = await openSocketPair(sockets, run.runId, {
        model: (path) => listenForModel(room, path),
        egress: (path) => listenForConnections(path, room.egress),
      }).catch(async (error: unknown) => {
        await room.end();
        throw error;
      });
      const door: LlmDoor = {
        doors: { kind: 'sockets', directory: pair.directory },
        usage: room.usage,
        costUsd: room.costUsd,
        exhausted: room.exhausted,
        refused: room.refused,
        async [Symbol.asyncDispose]() {
          if (!open.delete(door)) return;
          await room.end();
          await pair.close();
        },
      };
      open.add(door);
      return door;
    },
    sweep: sockets.sweep,
    async [Symbol.asyncDispose]() {
      await Promise.all([...open].map((door) => door[Symbol.asyncDispose]()));
      await options.recorder?.settle();
      upstream.close();
    },
  };
}

function listenForModel(room: RunDoor, path: string): Promise<{ close(): Promise<void> }> {
  return openHttpDoor(
    { at: { path }, connectionsMax: CONNECTIONS_MAX },
    {
      handle: room.model,
      tunnel(asked) {
        room.refuse('CONNECT request');
        refuseTunnel(asked.socket, NOT_ALLOWED);
      },
    },
  );
}

import type { DoorEvent, DoorOpened } from '#core/contracts/gateway-wire.ts';
import type { Redactor } from '#core/domain/text/secrets.ts';
import type { DoorTerms, RunDoors } from '#core/ports/gateway.ts';
import type { GuestDoors } from '#core/ports/provisioner.ts';
import type { Logger } from '#core/ports/runtime.ts';
import type { ModelCall } from '#core/ports/model-calls.ts';
import { createDoorClient, type DoorClient } from './door/door-client.ts';
import { followDoor } from './door/followed-door.ts';
import type { HeldGateway } from './model/llm-proxy.ts';
import { openSocketDirectory, type SocketDirectory } from './door/socket-directory.ts';
import { listenForConnections, openSocketPair, type Listening } from './door/socket-pair.ts';
import { joinThrough } from './door/tunnel.ts';

/** What a gateway behind the service is made of. */
export interface RemoteGatewayOptions {
  /** The workers' port of the service. */
  readonly url: URL;
  readonly secret: string;
  readonly timeoutMs: number;
  /** For the sockets of guests on this machine; see `GatewayOptions`. */
  readonly directory: string;
  readonly logger: Logger;
  /** Cleans recorded calls of the secrets of this process too, and is told of live tokens. */
  readonly redactor: Pick<Redactor, 'redact' | 'register'>;
  /** Writes one recorded call; a failure is logged and costs only the record. */
  readonly record?: (call: ModelCall) => Promise<void>;
}

type Run = Parameters<HeldGateway['open']>[0];
type Happening = Exclude<DoorEvent, { event: 'standing' }>;

/**
 * The gateway over a service that holds the model key in another process; guests with sockets are joined to it through
 * sockets of this one. When the service loses a run's doors, `exhausted` of that run throws AppError `unavailable`, since
 * what the agent did meanwhile is not its fault; `usage` and `costUsd` keep what is known.
 * @throws AppError `invalid` for a directory with too long a path, `denied` for a foreign one.
 */
export async function createRemoteGateway(options: RemoteGatewayOptions): Promise<HeldGateway> {
  const sockets = await openSocketDirectory(options.directory);
  const client = createDoorClient(options);
  const open = new Set<RunDoors>();
  return {
    async open(run, terms) {
      const inner = await openRemoteDoors({ ...options, client, sockets }, run, terms);
      const doors: RunDoors = {
        ...inner,
        async [Symbol.asyncDispose]() {
          if (open.delete(doors)) await inner[Symbol.asyncDispose]();
        },
      };
      open.add(doors);
      return doors;
    },
    sweep: sockets.sweep,
    async [Symbol.asyncDispose]() {
      await Promise.all([...open].map((doors) => doors[Symbol.asyncDispose]()));
      client.dispose();
    },
  };
}

interface Means extends RemoteGatewayOptions {
  readonly client: DoorClient;
  readonly sockets: SocketDirectory;
}

async function openRemoteDoors(means: Means, run: Run, terms: DoorTerms): Promise<RunDoors> {
  const { runId, epoch } = run;
  const { kind, onRefused, ...order } = terms;
  const opened = await means.client.open({
    ...order,
    runId,
    epoch,
    models: [...order.models],
    egress: [...order.egress],
  });
  const forget = means.redactor.register(opened.token);
  const records = recordsOf(means, run);
  const door = followDoor({
    client: means.client,
    id: opened.id,
    hear: (said) => (said.event === 'call' ? records.take(said.call) : onRefused({ door: said.door, what: said.what })),
    onLost: (err) => means.logger.error({ runId, epoch, err }, 'the gateway service lost the doors of a run'),
  });
  const close = async (): Promise<void> => {
    await door.close();
    await records.settle();
    forget();
  };
  const local = await openLocal(means, { kind, opened, runId }).catch(async (error: unknown) => {
    await close();
    throw error;
  });
  return {
    doors: local.doors,
    usage: () => door.standing().usage,
    costUsd: () => door.standing().costUsd,
    exhausted() {
      const lost = door.lost();
      if (lost !== undefined) throw lost;
      return door.standing().exhausted;
    },
    async [Symbol.asyncDispose]() {
      await local.close();
      await close();
    },
  };
}

interface LocalDoors extends Listening {
  readonly doors: GuestDoors;
}

/** What the guest is told: the service's address, or sockets here that lead to it. */
async function openLocal(
  { url, timeoutMs, sockets }: Means,
  { kind, opened, runId }: { kind: DoorTerms['kind']; opened: DoorOpened; runId: string },
): Promise<LocalDoors> {
  const { token, guests } = opened;
  if (kind === 'network') {
    const host = guests.host ?? url.hostname.replace(/^\[|\]$/g, '');
    return { doors: { kind, host, port: guests.port, token }, close: () => Promise.resolve() };
  }
  const through = (door: 'model' | 'egress') => (path: string) =>
    listenForConnections(path, (guest) => joinThrough({ url, token, timeoutMs }, door, guest));
  const pair = await openSocketPair(sockets, runId, { model: through('model'), egress: through('egress') });
  return { doors: { kind, directory: pair.directory }, close: pair.close };
}

/** Writes the calls of one run, and none that the service ascribes to another. */
function recordsOf(
  { record, redactor, logger }: Means,
  { runId, epoch }: Run,
): { take(call: Extract<Happening, { event: 'call' }>['call']): void; settle(): Promise<void> } {
  const writing = new Set<Promise<void>>();
  return {
    take(call) {
      if (record === undefined || call.runId !== runId || call.epoch !== epoch) return;
      const clean = { ...call, request: redactor.redact(call.request), response: redactor.redact(call.response) };
      const written = record(clean).catch((err: unknown) =>
        logger.warn({ runId, epoch, err }, 'a model call was not recorded'),
      );
      writing.add(written);
      void written.finally(() => writing.delete(written));
    },
    async settle() {
      await Promise.all(writing);
    },
  };
}

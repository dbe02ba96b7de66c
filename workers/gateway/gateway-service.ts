import type { Redactor } from '#core/domain/text/secrets.ts';
import { createAdminHandler } from './door/admin-door.ts';
import { createDoorRegistry, type DoorRegistry } from './door/door-registry.ts';
import { openMeans, type ProxyOptions } from './model/llm-proxy.ts';
import { createCallRecorder } from './model/record-call.ts';
import { DEFAULT_DOOR_TIMES, type DoorTimes } from './door/served-door.ts';
import { createTcpDoor, type TcpDoor } from './door/tcp-door.ts';

/** What the standalone gateway is made of. Ports of 0 take free ones. */
export interface GatewayServiceOptions extends Omit<ProxyOptions, 'recorder'> {
  /** Address to listen on, for guests at `port` and for workers at `adminPort`. */
  readonly host: string;
  readonly port: number;
  readonly adminPort: number;
  /** Where guests find this service, when that is not the worker's name for it and `port`. */
  readonly guests?: { readonly host: string; readonly port: number } | undefined;
  /** Shared with the workers, at least 32 characters. */
  readonly secret: string;
  readonly redactor: Pick<Redactor, 'redact' | 'register'>;
  readonly times?: Partial<DoorTimes>;
}

/** A gateway that serves workers and guests over the network. Disposing closes every door. */
export interface GatewayService extends AsyncDisposable {
  readonly port: number;
  readonly adminPort: number;
  /** Doors open now. */
  doors(): number;
  /** Requests without a valid token, at the guests' port. */
  strangers(): number;
}

/**
 * Opens the process that holds the model key for workers that do not. It writes nothing anywhere: what happens at a run's
 * door is told to the worker that opened it, and the door lives as long as that worker listens.
 * @throws AppError `invalid` for a bad upstream; rejects with the system's error when a port cannot be had.
 */
export async function openGatewayService(options: GatewayServiceOptions): Promise<GatewayService> {
  const { host, logger, redactor } = options;
  const recorder = createCallRecorder({
    redactor,
    logger,
    record: (call) => {
      doors.recorded(call);
      return Promise.resolve();
    },
  });
  const { means, upstream } = openMeans({ ...options, recorder });
  const doors: DoorRegistry = createDoorRegistry({
    means,
    times: { ...DEFAULT_DOOR_TIMES, ...options.times },
    redactor,
  });
  const entrance = { find: doors.findByToken, logger };
  const guests: TcpDoor = await createTcpDoor({ ...entrance, listen: { host, port: options.port } });
  const others = createAdminHandler({
    secret: options.secret,
    doors,
    guests: () => options.guests ?? { port: guests.port },
    settled: recorder.settle,
    logger,
  });
  const admin = await createTcpDoor({ ...entrance, listen: { host, port: options.adminPort }, others }).catch(
    async (error: unknown) => {
      await guests[Symbol.asyncDispose]();
      throw error;
    },
  );
  return {
    port: guests.port,
    adminPort: admin.port,
    doors: doors.count,
    strangers: guests.strangers,
    async [Symbol.asyncDispose]() {
      await doors.closeAll();
      await Promise.all([admin[Symbol.asyncDispose](), guests[Symbol.asyncDispose]()]);
      upstream.close();
    },
  };
}

import { randomBytes } from 'node:crypto';
import type { DoorOpened, DoorOrder } from '#core/contracts/gateway-wire.ts';
import { AppError } from '#core/domain/errors.ts';
import type { Redactor } from '#core/domain/text/secrets.ts';
import type { Refusal } from '#core/ports/gateway.ts';
import type { ModelCall } from '#core/ports/model-calls.ts';
import { createBearerTokens } from './bearer.ts';
import { openRunDoor, type DoorMeans, type RunDoor } from './run-door.ts';
import { createServedDoor, type DoorTimes, type ServedDoor } from './served-door.ts';

/** A door with the worker's view of it. */
export interface RegisteredDoor {
  readonly id: string;
  readonly room: RunDoor;
  readonly served: ServedDoor;
}

/** The doors of all runs that workers opened at this service. */
export interface DoorRegistry {
  /** @throws AppError `invalid` when the terms cannot be kept, `limited` when there are too many doors. */
  open(order: DoorOrder): Pick<DoorOpened, 'id' | 'token'>;
  find(id: string): RegisteredDoor | undefined;
  /** The run whose token is in a header of the form `Bearer …`. */
  findByToken(authorization: string | undefined): RunDoor | undefined;
  /** Ends a door for good; its token means nothing any more. Idempotent. */
  close(door: RegisteredDoor): Promise<void>;
  /** Hands a recorded call to the worker whose run made it; dropped when that has gone. */
  recorded(call: ModelCall): void;
  count(): number;
  closeAll(): Promise<void>;
}

const ID_BYTES = 12;
/** Far more runs than one service carries; a worker that opens doors in a loop must not fill the memory. */
const DOORS_MAX = 2_000;

/** What a registry works with. */
export interface RegistryOptions {
  readonly means: DoorMeans;
  readonly times: DoorTimes;
  /** Is told of live tokens, so that none is written anywhere. */
  readonly redactor: Pick<Redactor, 'register'>;
}

/** Opens an empty registry. */
export function createDoorRegistry({ means, times, redactor }: RegistryOptions): DoorRegistry {
  const doors = new Map<string, RegisteredDoor & { readonly revoke: () => void }>();
  const tokens = createBearerTokens<RunDoor>();

  const close = async ({ id, room, served }: RegisteredDoor): Promise<void> => {
    doors.get(id)?.revoke();
    const first = doors.delete(id);
    served.stop();
    await room.end();
    const { calls, refusals } = served.dropped();
    if (!first || calls + refusals === 0) return;
    const { runId, epoch } = room;
    means.relay.logger.warn({ runId, epoch, calls, refusals }, 'a worker was not told all that happened at its door');
  };
  return {
    open(order) {
      if (doors.size >= DOORS_MAX) throw new AppError('limited', `The model gateway has ${DOORS_MAX} doors open`);
      const id = randomBytes(ID_BYTES).toString('base64url');
      const { room, served } = openServedRoom({ means, times }, order, () => {
        means.relay.logger.warn({ runId: order.runId, epoch: order.epoch }, 'a worker left its door; closing it');
        void close(door);
      });
      const { token, revoke } = tokens.mint(room);
      const forget = redactor.register(token);
      const door = {
        id,
        room,
        served,
        revoke() {
          revoke();
          forget();
        },
      };
      doors.set(id, door);
      return { id, token };
    },
    find: (id) => doors.get(id),
    findByToken: tokens.find,
    close,
    recorded(call) {
      const door = [...doors.values()].findLast(({ room }) => room.runId === call.runId && room.epoch === call.epoch);
      door?.served.say({ event: 'call', call });
    },
    count: () => doors.size,
    closeAll: async () => void (await Promise.all([...doors.values()].map(close))),
  };
}

/** A run's rights, with everything that happens under them told to the worker. */
function openServedRoom(
  { means, times }: Pick<RegistryOptions, 'means' | 'times'>,
  { runId, epoch, ...terms }: DoorOrder,
  onAbandoned: () => void,
): Pick<RegisteredDoor, 'room' | 'served'> {
  const told = {
    ...terms,
    onRefused: (refusal: Refusal) => served.say({ event: 'refused', door: refusal.door, what: refusal.what }),
  };
  const inner = openRunDoor({ runId, epoch }, told, means);
  const served = createServedDoor(inner, times, onAbandoned);
  const room: RunDoor = {
    ...inner,
    model(exchange) {
      for (const ended of ['finish', 'close']) exchange.response.once(ended, served.sayStanding);
      inner.model(exchange);
    },
  };
  return { room, served };
}

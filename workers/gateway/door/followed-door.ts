import { setTimeout as sleep } from 'node:timers/promises';
import type { DoorEvent, DoorStanding, NumberedDoorEvent } from '#core/contracts/gateway-wire.ts';
import { AppError } from '#core/domain/errors.ts';
import { NO_USAGE } from '#core/domain/run/run.ts';
import type { DoorClient } from './door-client.ts';

/** A door at the service, kept open from here. */
export interface FollowedDoor {
  /** Where the run stands, as far as it is known. */
  standing(): DoorStanding;
  /** Why the door is no more, undefined while it is. */
  lost(): AppError | undefined;
  /** Closes it, hears what was left and stops listening; a service that is away cannot prevent that. Idempotent. */
  close(): Promise<void>;
}

/** What following a door needs. */
export interface FollowOptions {
  readonly client: DoorClient;
  readonly id: string;
  /** Hears everything but the standing, once each and in order. Must not throw. */
  readonly hear: (event: Exclude<DoorEvent, { event: 'standing' }>) => void;
  /** Called once when the door is lost while it should be open. */
  readonly onLost: (error: AppError) => void;
}

/** A service gives up a door that nobody asks for after 5 s, so by then it is lost in any case. */
const AWAY_MS_MAX = 6_000;
const AGAIN_MS = 250;

/** Follows a door that was just opened. */
export function followDoor(options: FollowOptions): FollowedDoor {
  const closing = new AbortController();
  let standing: DoorStanding = { usage: NO_USAGE, costUsd: 0, exhausted: null };
  let after = 0;
  let lost: AppError | undefined;
  let closed: Promise<void> | undefined;

  const hear = ({ number, said }: NumberedDoorEvent): void => {
    if (number <= after) return;
    after = number;
    if (said.event === 'standing') standing = said.standing;
    else options.hear(said);
  };
  const follow = async (): Promise<void> => {
    let heardAt = Date.now();
    const note = (event: NumberedDoorEvent): void => {
      heardAt = Date.now();
      hear(event);
    };
    while (!closing.signal.aborted) {
      try {
        await options.client.follow({ id: options.id, after, signal: closing.signal }, note);
        heardAt = Date.now();
      } catch (thrown) {
        if (closing.signal.aborted) return;
        const away = thrown instanceof AppError && thrown.code === 'unavailable';
        if (!away || Date.now() - heardAt > AWAY_MS_MAX) {
          lost = lostDoor(thrown);
          options.onLost(lost);
          return;
        }
        await sleep(AGAIN_MS, undefined, { signal: closing.signal }).catch(() => undefined);
      }
    }
  };
  const following = follow();
  const close = async (): Promise<void> => {
    closing.abort();
    await following;
    if (lost === undefined) await options.client.close({ id: options.id, after }, hear).catch(() => undefined);
  };
  return {
    standing: () => standing,
    lost: () => lost,
    close: () => (closed ??= close()),
  };
}

function lostDoor(cause: unknown): AppError {
  const message = 'The model gateway lost the doors of this run while it was under way; it was restarted or is away';
  return new AppError('unavailable', message, { cause });
}

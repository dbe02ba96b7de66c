import type { ServerResponse } from 'node:http';
import type { DoorEvent, DoorStanding } from '#core/contracts/gateway-wire.ts';
import { createEventBacklog, type EventBacklog } from './event-backlog.ts';
import type { RunDoor } from './run-door.ts';

/** How a door is kept open. Milliseconds. */
export interface DoorTimes {
  /** How long one answer with events stays open before the worker must ask again. */
  readonly windowMs: number;
  /** How long a door stays open while no worker listens. */
  readonly graceMs: number;
}

/** A worker's process that died is noticed at once, a machine that vanished after window and grace together. */
export const DEFAULT_DOOR_TIMES: DoorTimes = { windowMs: 10_000, graceMs: 5_000 };

/** A run's door at the service, as its worker sees it. */
export interface ServedDoor {
  /** Takes note of something, for the worker. */
  say(event: DoorEvent): void;
  /** Tells the worker where the run stands, when that is news. */
  sayStanding(): void;
  /** Answers with what happened after `after`, for as long as the window is. A later listener takes the place of an earlier one. */
  follow(after: number, response: ServerResponse): void;
  /** Answers with all that is left, once the door has ended. */
  finish(after: number, response: ServerResponse): void;
  /** What the worker never got to hear, because it was too much. */
  dropped: EventBacklog['dropped'];
  /** No more grace: the door is over. Idempotent. */
  stop(): void;
}

/** Watches over a door that was just opened; `onAbandoned` is called once when nobody listens for too long. */
export function createServedDoor(
  room: Pick<RunDoor, 'usage' | 'costUsd' | 'exhausted'>,
  times: DoorTimes,
  onAbandoned: () => void,
): ServedDoor {
  const backlog = createEventBacklog();
  const attendance = watchAttendance(times.graceMs, onAbandoned);
  let told = '';
  const begin = (after: number, response: ServerResponse): void => {
    backlog.acknowledge(after);
    attendance.arrive(response);
    response.writeHead(200, { 'content-type': 'application/x-ndjson' });
  };
  return {
    say: backlog.push,
    sayStanding() {
      const standing: DoorStanding = { usage: room.usage(), costUsd: room.costUsd(), exhausted: room.exhausted() };
      const text = JSON.stringify(standing);
      if (text !== told) backlog.push({ event: 'standing', standing });
      told = text;
    },
    follow(after, response) {
      begin(after, response);
      response.flushHeaders();
      stream(response, { after, next: backlog.next, watch: backlog.watch });
      const window = setTimeout(() => {
        response.end();
        attendance.leave(response);
      }, times.windowMs);
      response.once('close', () => clearTimeout(window));
    },
    finish(after, response) {
      attendance.stop();
      begin(after, response);
      stream(response, { after, next: backlog.next });
    },
    dropped: backlog.dropped,
    stop: attendance.stop,
  };
}

interface Attendance {
  /** Somebody listens; whoever did before is sent away. */
  arrive(response: ServerResponse): void;
  leave(response: ServerResponse): void;
  /** Nobody is waited for any more. */
  stop(): void;
}

function watchAttendance(graceMs: number, onAbandoned: () => void): Attendance {
  let listener: ServerResponse | undefined;
  let grace: NodeJS.Timeout | undefined = setTimeout(onAbandoned, graceMs);
  let over = false;
  const leave = (response: ServerResponse): void => {
    if (listener !== response) return;
    listener = undefined;
    if (!over) grace = setTimeout(onAbandoned, graceMs);
  };
  return {
    arrive(response) {
      clearTimeout(grace);
      const before = listener;
      listener = response;
      before?.end();
      response.once('close', () => leave(response));
    },
    leave,
    stop() {
      over = true;
      clearTimeout(grace);
      listener?.end();
    },
  };
}

type Source = Pick<EventBacklog, 'next'> & Partial<Pick<EventBacklog, 'watch'>> & { readonly after: number };

/** Writes lines as fast as they are read, and no faster; ends after the last one unless there is something to watch. */
function stream(response: ServerResponse, source: Source): void {
  let after = source.after;
  let full = false;
  const pump = (): void => {
    while (!full && !response.writableEnded) {
      const event = source.next(after);
      if (event === undefined) {
        if (source.watch === undefined) response.end();
        return;
      }
      after = event.number;
      full = !response.write(event.line);
    }
  };
  response.on('drain', () => {
    full = false;
    pump();
  });
  const unwatch = source.watch?.(pump);
  response.once('close', () => unwatch?.());
  pump();
}

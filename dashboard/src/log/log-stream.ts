import type { RunLogEvent } from '../../../app/core/contracts/run-log.ts';
import { LogText } from './log-lines.ts';
import { Stages } from './stages.ts';

/** How a log is being read. `again`: the connection was lost and is being made anew. */
export type Connection = 'opening' | 'live' | 'again' | 'ended';

/** How long events are gathered before they are shown, in milliseconds: a burst of thousands is one repaint. */
const GATHER_MS = 80;
const AGAIN_FIRST_MS = 1_000;
const AGAIN_LONGEST_MS = 30_000;

/** What the server says of the log itself, such as that its beginning was deleted, happened at no time of the run. */
const hasTime = (event: { readonly created_at?: string }): boolean => event.created_at !== undefined;

/** What a log says to whoever shows it. */
interface Listener {
  /** There is something new to show. */
  readonly onChange: () => void;
  /** A stage began, or the run ended: what is known of the run is old. */
  readonly onTurn: () => void;
}

/**
 * Follows the log of a run (docs/api.md, Streams). The browser comes back by itself with the id of the last event; where it
 * gives up, since the server answered with an error, this begins anew and passes over what it has.
 */
export class LogStream {
  readonly text = new LogText();
  readonly stages = new Stages();
  connection: Connection = 'opening';
  /** Grows with whatever there is to show. */
  version = 0;
  readonly #url: string;
  readonly #listener: Listener;
  #source: EventSource | undefined;
  #position = 0;
  #waiting: RunLogEvent[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;
  #againTimer: ReturnType<typeof setTimeout> | undefined;
  #againMs = AGAIN_FIRST_MS;
  #isClosed = false;

  constructor(url: string, listener: Listener) {
    this.#url = url;
    this.#listener = listener;
    this.#open();
  }

  close(): void {
    this.#isClosed = true;
    this.#source?.close();
    clearTimeout(this.#timer);
    clearTimeout(this.#againTimer);
  }

  #open(): void {
    const source = new EventSource(this.#url);
    this.#source = source;
    source.addEventListener('message', (message: MessageEvent<string>) => this.#hear(message));
    source.addEventListener('open', () => {
      this.#againMs = AGAIN_FIRST_MS;
      this.#become('live');
    });
    source.addEventListener('error', () => {
      if (source.readyState === EventSource.CLOSED) void this.#closed();
      else if (this.connection !== 'ended') this.#become('again');
    });
  }

  #hear(message: MessageEvent<string>): void {
    const event: RunLogEvent | { readonly type: 'heartbeat' } = JSON.parse(message.data);
    const position = Number(message.lastEventId);
    if (event.type === 'heartbeat' || position <= this.#position) return;
    this.#position = position;
    this.#waiting.push(event);
    if (event.final === true) return this.#end();
    this.#timer ??= setTimeout(() => this.#flush(), GATHER_MS);
  }

  /** What is called complete shows its last line as well. */
  #end(): void {
    this.#source?.close();
    this.connection = 'ended';
    this.#flush();
  }

  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const events = this.#waiting;
    this.#waiting = [];
    let isTurn = false;
    for (const event of events) {
      this.text.append(event);
      isTurn = (hasTime(event) && this.stages.append(event)) || event.final === true || isTurn;
    }
    this.#become(this.connection);
    if (isTurn) this.#listener.onTurn();
  }

  /** 204 for a log that is over, and every refusal, end alike for an EventSource; a call whose answer can be read tells which. */
  async #closed(): Promise<void> {
    this.#listener.onTurn();
    this.#become('again');
    const hasAll = await this.#hasAll();
    if (this.#isClosed) return;
    if (hasAll) return this.#end();
    this.#againTimer = setTimeout(() => this.#open(), this.#againMs);
    this.#againMs = Math.min(this.#againMs * 2, AGAIN_LONGEST_MS);
  }

  async #hasAll(): Promise<boolean> {
    const asked = new AbortController();
    const headers = { accept: 'text/event-stream', 'last-event-id': String(this.#position) };
    try {
      return (await fetch(this.#url, { headers, credentials: 'same-origin', signal: asked.signal })).status === 204;
    } catch {
      return false;
    } finally {
      asked.abort();
    }
  }

  #become(connection: Connection): void {
    this.connection = connection;
    this.version += 1;
    this.#listener.onChange();
  }
}

import { get, type IncomingMessage } from 'node:http';

/** One frame of a stream: its id, or undefined for one that moves nobody. */
export interface SeenFrame {
  readonly id: number | undefined;
  readonly text: string;
}

/** A connection to a log stream. */
export interface LogReader {
  readonly status: number;
  /** Frames as they come, comments among them; ends with the stream, also when it is cut. */
  frames(): AsyncGenerator<SeenFrame>;
  /** Reads nothing any more and stays. */
  pause(): void;
  close(): void;
}

const ID = /^id: (\d+)$/m;

/** Follows a log as a client does, by plain HTTP and a connection of its own; `after` is sent as Last-Event-ID. */
export function openLogReader(url: string, key: string, after?: number): Promise<LogReader> {
  const headers = { 'x-api-key': key, ...(after === undefined ? {} : { 'last-event-id': String(after) }) };
  return new Promise((resolve, reject) => {
    const request = get(url, { headers, agent: false }, (response) => {
      request.off('error', reject);
      request.on('error', () => undefined);
      response.on('error', () => undefined);
      resolve({
        status: response.statusCode ?? 0,
        frames: () => framesOf(response),
        pause: () => void response.pause(),
        close: () => void request.destroy(),
      });
    });
    request.once('error', reject);
  });
}

async function* framesOf(response: IncomingMessage): AsyncGenerator<SeenFrame> {
  let rest = '';
  try {
    for await (const chunk of response.setEncoding('utf8')) {
      const parts = `${rest}${String(chunk)}`.split('\n\n');
      rest = parts.pop() ?? '';
      for (const text of parts) {
        const id = ID.exec(text)?.[1];
        yield { id: id === undefined ? undefined : Number(id), text };
      }
    }
  } catch {
    // Cut off: whoever reads comes back, as a client does.
  }
}

import { once } from 'node:events';
import { createServer } from 'node:http';
import type { ServerResponse } from 'node:http';
import { AppError } from '#core/domain/errors.ts';
import type { ModelCall } from '#core/ports/model-calls.ts';

const NOT_FOUND = 404;
const GONE = 410;

/** One line per call: number, beginning, duration, status, model, tokens in and out, and whether a body was cut. */
export function listCalls(calls: readonly ModelCall[]): string {
  const lines = calls.map(({ startedAt, tookMs, status, model, usage, cut }, index) =>
    [
      ...[index + 1, startedAt, `${tookMs} ms`, status, model ?? '-'],
      usage === null ? 'not counted' : `${usage.inputTokens} in, ${usage.outputTokens} out`,
      ...(cut ? ['cut'] : []),
    ].join('  '),
  );
  return lines.join('\n');
}

/** Request and answer of call `number`, counted from 1. Throws AppError `missing` when there is none. */
export function showCall(calls: readonly ModelCall[], number: number): string {
  const call = calls[number - 1];
  if (call === undefined) throw new AppError('missing', `There is no call ${number}; the run has ${calls.length}.`);
  return `> POST /v1/responses\n${call.request}\n\n< ${call.status}${call.cut ? ' (cut where it was too long)' : ''}\n${call.response}`;
}

/** A model that says again what it said. */
export interface ReplayingModel extends AsyncDisposable {
  /** For OPENAI_BASE_URL. */
  readonly baseUrl: string;
}

/**
 * Serves on the loopback: each `POST /v1/responses` gets the next recorded status and answer, whatever it asks; after the last
 * one 410. `onServed` hears the number of each. Throws AppError `invalid` when an answer was cut, and would end in the middle.
 */
export async function serveCalls(
  calls: readonly ModelCall[],
  port: number,
  onServed: (number: number) => void,
): Promise<ReplayingModel> {
  const cut = calls.findIndex((call) => call.cut);
  if (cut !== -1) {
    throw new AppError('invalid', `Call ${cut + 1} was too long to be kept whole, so these calls can only be printed.`);
  }
  let served = 0;
  const server = createServer((request, response) => {
    request.resume();
    if (request.method !== 'POST' || request.url !== '/v1/responses') {
      return refuse(response, NOT_FOUND, 'only POST /v1/responses was recorded');
    }
    const call = calls[served];
    if (call === undefined) return refuse(response, GONE, `all ${calls.length} recorded calls were served`);
    served += 1;
    onServed(served);
    const isStream = /^(?:event|data|id|:)/.test(call.response);
    response.writeHead(call.status, { 'content-type': isStream ? 'text/event-stream' : 'application/json' });
    response.end(call.response);
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening').catch((cause: unknown) => {
    throw new AppError('unavailable', `Port ${port} of the loopback cannot be listened at.`, { cause });
  });
  const address = server.address();
  const bound = typeof address === 'object' && address !== null ? address.port : port;
  return {
    baseUrl: `http://127.0.0.1:${bound}/v1`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function refuse(response: ServerResponse, status: number, message: string): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify({ error: { message } }));
}

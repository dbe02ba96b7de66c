import type { IncomingMessage, ServerResponse } from 'node:http';

/** One HTTP exchange with a guest. */
export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

/** An answer of the proxy itself, in the shape the model's clients expect of an error. `message` is shown to the guest. */
export interface ProxyError {
  readonly status: 400 | 403 | 413 | 415 | 502 | 504;
  readonly code: string;
  readonly message: string;
}

/** The refusal of everything that is not the one allowed call of a run that is under way. */
export const NOT_ALLOWED: ProxyError = {
  status: 403,
  code: 'not_allowed',
  message: 'Only POST /v1/responses is allowed here',
};

/** How long a body that nobody wants is read, so that its sender is not cut off before it has read the answer. */
const LINGER_MS = 2_000;

/** `{"error":{"message","type","code"}}`, as bytes. */
export function errorBody({ message, code }: Pick<ProxyError, 'message' | 'code'>): Buffer {
  return Buffer.from(JSON.stringify({ error: { message, type: 'proxy_error', code } }));
}

/** Answers with an error once the request is read to its end; does nothing when an answer has begun or the caller is gone. */
export function answerError({ request, response }: Exchange, error: ProxyError): void {
  const answer = (): void => {
    clearTimeout(timer);
    if (response.headersSent || response.destroyed) return;
    const body = errorBody(error);
    response.writeHead(error.status, { 'content-type': 'application/json', 'content-length': body.length });
    response.end(body);
  };
  const timer = setTimeout(answer, LINGER_MS);
  response.once('close', () => clearTimeout(timer));
  if (request.readableEnded) answer();
  else request.once('end', answer).resume();
}

/** Answer of an API server that did not do what was asked; thrown by everything below the request handler. */
export class ApiRefusal extends Error {
  override readonly name = 'ApiRefusal';
  readonly status: number;
  readonly reason: string;

  constructor(status: number, reason: string, message: string) {
    super(message);
    this.status = status;
    this.reason = reason;
  }
}

/** As the real one words it; `what` is such as `pods "x"`. */
export const notFound = (what: string): ApiRefusal => new ApiRefusal(404, 'NotFound', `${what} not found`);

/** Admission or authorisation said no. */
export const forbidden = (message: string): ApiRefusal => new ApiRefusal(403, 'Forbidden', message);

/** The object is not a valid one. */
export const unprocessable = (what: string, faults: readonly string[]): ApiRefusal =>
  new ApiRefusal(422, 'Invalid', `${what} is invalid: ${faults.join(', ')}`);

/** Body of a failed answer (`meta/v1` Status). */
export function statusOf({ status, reason, message }: ApiRefusal): Record<string, unknown> {
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, reason, code: status };
}

/** Why the API gave no answer to show. `status` 0: it could not be reached. */
export class ApiFailure extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.name = 'ApiFailure';
    this.status = status;
  }
}

/** What the API said went wrong, in its own words where it used any (docs/api.md, Errors). */
export function failureOf(status: number, body: unknown): ApiFailure {
  if (typeof body === 'object' && body !== null) {
    const { detail } = body as { detail?: unknown };
    if (typeof detail === 'string') return new ApiFailure(status, detail);
    const fields = Object.entries(body).map(([field, faults]) => `${field}: ${String(faults)}`);
    if (fields.length > 0) return new ApiFailure(status, fields.join('; '));
  }
  return new ApiFailure(status, status === 0 ? 'The server cannot be reached.' : `The server answered ${status}.`);
}

/** Whether something went wrong with this very status. */
export const hasStatus = (thrown: unknown, status: number): boolean =>
  thrown instanceof ApiFailure && thrown.status === status;

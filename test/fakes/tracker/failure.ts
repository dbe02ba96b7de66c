/** What a tracker refuses, with the body it gives. */
export class TrackerFailure extends Error {
  readonly status: number;
  readonly body: unknown;

  constructor(status: number, body: unknown) {
    super(`${status} ${JSON.stringify(body)}`);
    this.status = status;
    this.body = body;
  }
}

/** A refusal in the one form that both vendors share. */
export function refused(status: number, detail: string): TrackerFailure {
  return new TrackerFailure(status, { detail });
}

/** What each vendor says in the common cases. */
export interface Refusals {
  /** No token, or none that is known. */
  unauthorised(hasToken: boolean): TrackerFailure;
  forbidden(): TrackerFailure;
  notFound(): TrackerFailure;
  /** A request that is not as published; `problems` are one line each. */
  invalid(problems: readonly string[]): TrackerFailure;
  /** A DSN that fits no project. */
  badDsn(): TrackerFailure;
}

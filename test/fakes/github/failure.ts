const DOCUMENTATION_URL = 'https://docs.github.com/rest';

/** One entry of `errors` in GitHub's validation answer. */
export interface FieldError {
  readonly resource: string;
  readonly field?: string;
  readonly code: 'missing' | 'missing_field' | 'invalid' | 'already_exists' | 'unprocessable' | 'custom';
  readonly message?: string;
}

/** An answer other than success, in GitHub's shape `{message, errors?, documentation_url, status}`. */
export class GitHubFailure extends Error {
  override readonly name = 'GitHubFailure';
  readonly status: number;
  readonly errors: readonly FieldError[] | undefined;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, message: string, more: { errors?: FieldError[]; headers?: Record<string, string> } = {}) {
    super(message);
    this.status = status;
    this.errors = more.errors;
    this.headers = more.headers ?? {};
  }
}

/** The JSON body GitHub sends with a failure. */
export function failureBody(failure: GitHubFailure): Record<string, unknown> {
  return {
    message: failure.message,
    ...(failure.errors === undefined ? {} : { errors: failure.errors }),
    documentation_url: DOCUMENTATION_URL,
    status: String(failure.status),
  };
}

/** 404: not there, or not visible to this token; GitHub does not tell which. */
export function notFound(): GitHubFailure {
  return new GitHubFailure(404, 'Not Found');
}

/** 401: no usable credentials. */
export function unauthorized(message = 'Bad credentials'): GitHubFailure {
  return new GitHubFailure(401, message);
}

/** 403: the token is good and lacks the permission. */
export function forbidden(): GitHubFailure {
  return new GitHubFailure(403, 'Resource not accessible by integration');
}

/** 403: the owner of the account has suspended the App. */
export function suspended(): GitHubFailure {
  return new GitHubFailure(403, 'This installation has been suspended');
}

/** 422: well-formed and refused. */
export function unprocessable(errors: FieldError[], message = 'Validation Failed'): GitHubFailure {
  return new GitHubFailure(422, message, { errors });
}

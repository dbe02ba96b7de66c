/** An answer other than success, with the body exactly as GitLab words it. */
export class GitLabFailure extends Error {
  override readonly name = 'GitLabFailure';
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, body: Readonly<Record<string, unknown>>, headers: Record<string, string> = {}) {
    super(JSON.stringify(body));
    this.status = status;
    this.body = body;
    this.headers = headers;
  }
}

/** `{message}` as most failures have it: https://docs.gitlab.com/api/rest/troubleshooting/ */
export function refused(status: number, message: unknown): GitLabFailure {
  return new GitLabFailure(status, { message });
}

/** 404 for a thing by its name: not there, or not visible to this token; GitLab does not tell which. */
export function notFound(what: string): GitLabFailure {
  return refused(404, `404 ${what === '' ? '' : `${what} `}Not Found`);
}

/** 401: no usable credentials. */
export function unauthorized(): GitLabFailure {
  return refused(401, '401 Unauthorized');
}

/** 401 with the words of RFC 6750, as GitLab answers expired and revoked tokens. */
export function invalidToken(description: string): GitLabFailure {
  return new GitLabFailure(401, { error: 'invalid_token', error_description: description });
}

/** 403: the token is good and its user lacks the role. */
export function forbidden(): GitLabFailure {
  return refused(403, '403 Forbidden');
}

/** 403: the token's scopes are too narrow. */
export function insufficientScope(scopes: readonly string[]): GitLabFailure {
  return new GitLabFailure(403, {
    error: 'insufficient_scope',
    error_description: 'The request requires higher privileges than provided by the access token.',
    scope: scopes.join(' '),
  });
}

/** 400 with a reason in GitLab's `400 Bad request - …` form. */
export function badRequest(reason: string): GitLabFailure {
  return refused(400, `400 Bad request - ${reason}`);
}

/** 400 of the parameter check, `{error: "body is missing"}`. */
export function badParameter(error: string): GitLabFailure {
  return new GitLabFailure(400, { error });
}

import { at } from './operation.ts';

/**
 * Mends the one mistake in the description (`@octokit/openapi` 23.0.2) that no answer could satisfy: in the list of
 * installations an account must be a user *and* an enterprise at once, where `GET /app/installations/{id}` says *or*.
 */
export function mendDescription(document: unknown): void {
  const list = at(document, 'paths', '/app/installations', 'get', 'responses', '200', 'content', 'application/json');
  const account = at(list, 'schema', 'items', 'properties', 'account');
  if (!Array.isArray(account['allOf'])) return;
  Reflect.set(account, 'anyOf', account['allOf']);
  Reflect.deleteProperty(account, 'allOf');
}

const PATH_CHARS_MAX = 2_000;
const NOWHERE = 'http://nowhere.invalid';
/** Where a person who has just signed in has no business. */
const NOT_A_PAGE = /^\/(?:api|auth|webhooks)(?:\/|$)/;

/**
 * Where to go after a sign-in: a path of ours with its query, as a browser would read it, or `/` for anything else. Two slashes
 * or a backslash at the front would lead to another host.
 */
export function returnPath(wanted: string | undefined): string {
  if (wanted === undefined || wanted.length > PATH_CHARS_MAX || !wanted.startsWith('/')) return '/';
  if (!URL.canParse(wanted, NOWHERE)) return '/';
  const url = new URL(wanted, NOWHERE);
  if (url.origin !== NOWHERE || url.pathname.startsWith('//') || NOT_A_PAGE.test(url.pathname)) return '/';
  return `${url.pathname}${url.search}${url.hash}`;
}

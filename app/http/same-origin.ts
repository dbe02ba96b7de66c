const SAFE: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Whether a call that a cookie speaks for comes from a page of ours, or changes nothing. A browser says where a call comes
 * from in `Sec-Fetch-Site` or `Origin`, which no page can alter; one that says neither is not believed.
 * `publicUrl`: the address people use, when it is known; a proxy may pass another `Host` on.
 */
export function isOwnCall(request: Request, publicUrl: string | undefined): boolean {
  if (SAFE.has(request.method)) return true;
  const site = request.headers.get('sec-fetch-site');
  if (site !== null) return site === 'same-origin';
  const origin = request.headers.get('origin');
  if (origin === null || !URL.canParse(origin)) return false;
  if (publicUrl !== undefined && origin === new URL(publicUrl).origin) return true;
  return new URL(origin).host === request.headers.get('host');
}

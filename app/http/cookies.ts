const SESSION = 'astraforge';
const SIGN_IN = 'astraforge-sign-in-';
/** Enough of a state to tell the tabs of one browser apart. */
const STATE_CHARS = 16;
/** Sign-ins that one browser may have under way; what began before is forgotten. */
const SIGN_INS_MAX = 4;

/** The cookies of one installation. */
export interface Cookies {
  /** Name of the cookie that holds the token of a session. */
  readonly sessionName: string;
  /** The token that a browser sends; undefined when it sends none, or several. */
  readSession(headers: Headers): string | undefined;
  /** What was kept of the sign-in with this state. */
  readSignIn(headers: Headers, state: string): string | undefined;
  /** Values of `Set-Cookie`. */
  setSession(token: string, lifeSec: number): string;
  clearSession(): string;
  setSignIn(state: string, sealed: string, lifeSec: number): string;
  clearSignIn(state: string): string;
  /** Clears sign-ins of this browser that are too many for one more. */
  clearSurplus(headers: Headers): readonly string[];
}

/**
 * Where people come by https, cookies have the prefix `__Host-` (RFC 6265bis, 4.1.3.2): no other host, not even a sister one, can
 * set them, and they never travel in the clear. Without https neither the prefix nor `Secure` would be kept by every browser.
 * Nothing but the server reads them. `Lax`, since a person comes back from the issuer by a link.
 */
export function cookiesFor({ isHttps }: { isHttps: boolean }): Cookies {
  const prefix = isHttps ? '__Host-' : '';
  const set = (name: string, value: string, lifeSec: number): string =>
    `${prefix}${name}=${value}; Path=/; Max-Age=${lifeSec}; HttpOnly; SameSite=Lax${isHttps ? '; Secure' : ''}`;
  const signIn = (state: string): string => `${SIGN_IN}${state.slice(0, STATE_CHARS)}`;
  const read = (headers: Headers, name: string): string | undefined => {
    const values = pairs(headers).filter((pair) => pair.name === `${prefix}${name}`);
    return values.length === 1 ? values[0]?.value : undefined;
  };
  return {
    sessionName: `${prefix}${SESSION}`,
    readSession: (headers) => read(headers, SESSION),
    readSignIn: (headers, state) => read(headers, signIn(state)),
    setSession: (token, lifeSec) => set(SESSION, token, lifeSec),
    clearSession: () => set(SESSION, '', 0),
    setSignIn: (state, sealed, lifeSec) => set(signIn(state), sealed, lifeSec),
    clearSignIn: (state) => set(signIn(state), '', 0),
    clearSurplus(headers) {
      const names = pairs(headers).map(({ name }) => name);
      const begun = [...new Set(names.filter((name) => name.startsWith(`${prefix}${SIGN_IN}`)))];
      return begun.slice(SIGN_INS_MAX - 1).map((name) => set(name.slice(prefix.length), '', 0));
    },
  };
}

function pairs(headers: Headers): { name: string; value: string }[] {
  return (headers.get('cookie') ?? '').split(';').flatMap((pair) => {
    const [name, ...value] = pair.trim().split('=');
    return name === undefined || name === '' ? [] : [{ name, value: value.join('=') }];
  });
}

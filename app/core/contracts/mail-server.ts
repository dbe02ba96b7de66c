/** A mail server and how it is spoken to: TLS from the first byte, TLS by STARTTLS and otherwise not at all, or none. */
export interface MailServer {
  readonly host: string;
  readonly port: number;
  readonly security: 'tls' | 'starttls' | 'none';
  /** Undefined where none signs in. */
  readonly login: { readonly user: string; readonly password: string } | undefined;
}

/** RFC 8314, 7.3 and RFC 6409, 3.1. */
const PORTS = { smtps: 465, smtp: 587 } as const;

/** A name, an IPv4 address, or an IPv6 address in brackets (RFC 3986, 3.2.2). */
const HOST = String.raw`[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?|\[[0-9A-Fa-f:.]{2,45}\]`;
const URL_FORM = new RegExp(
  String.raw`^(smtps?)://(?:([^\s:@/?#]+):([^\s:@/?#]+)@)?(${HOST})(?::([1-9]\d{0,4}))?/?(\?tls=off)?$`,
);

/**
 * Reads `smtps://user:password@host:465` (TLS), `smtp://user:password@host:587` (STARTTLS, and nothing is said without it) or
 * `smtp://host:25?tls=off`, which is taken for this machine and hosts of a private network only. What is special in a user or a
 * password is percent-encoded. Undefined for anything else.
 */
export function mailServerOf(url: string): MailServer | undefined {
  const [, scheme, user, password, name = '', port, off] = URL_FORM.exec(url) ?? [];
  if (scheme !== 'smtp' && scheme !== 'smtps') return undefined;
  const host = name.toLowerCase().replace(/^\[|\]$/g, '');
  if (off !== undefined && (scheme === 'smtps' || !isPrivate(host))) return undefined;
  const login = user === undefined || password === undefined ? undefined : decoded({ user, password });
  if (login === null || Number(port ?? 0) > 65_535) return undefined;
  const inClear = off === undefined ? 'starttls' : 'none';
  const security = scheme === 'smtps' ? 'tls' : inClear;
  return { host, port: Number(port ?? PORTS[scheme]), security, login };
}

function decoded({ user, password }: { user: string; password: string }): MailServer['login'] | null {
  try {
    const login = { user: decodeURIComponent(user), password: decodeURIComponent(password) };
    // A line break in either would be a command of its own.
    return /[\r\n\0]/.test(login.user + login.password) ? null : login;
  } catch {
    return null;
  }
}

/** Networks that no router of the internet leads to (RFC 1918, RFC 4193, RFC 1122 3.2.1.3, RFC 4291 2.5.3). */
const PRIVATE_ADDRESS =
  /^(?:(?:10|127)(?:\.\d{1,3}){3}|192\.168(?:\.\d{1,3}){2}|172\.(?:1[6-9]|2\d|3[01])(?:\.\d{1,3}){2}|::1|f[cd][0-9a-f]{2}:[0-9a-f:]*)$/;
/** Names of one word, and what no public server resolves: RFC 6761, RFC 6762, RFC 8375, ICANN's `.internal`, services of Kubernetes. */
const PRIVATE_NAME = /^[a-z][a-z0-9-]*$|\.(?:internal|local|localhost|home\.arpa|svc)$/;

function isPrivate(host: string): boolean {
  return PRIVATE_ADDRESS.test(host) || PRIVATE_NAME.test(host);
}

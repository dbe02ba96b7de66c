import type { Duplex } from 'node:stream';

/** How a refusal is told: to a client of the proxy, to one inside the tunnel that speaks TLS, or not at all. */
export type RefusalTone = 'proxy' | 'tls' | 'silent';

/** Why a connection was not made. */
export interface EgressRefusal {
  readonly kind: 'refused';
  /** `host:port`, printable. */
  readonly target: string;
  readonly why: string;
  readonly status: keyof typeof REASONS;
  readonly tone: RefusalTone;
}

/** Some clients show the reason and nothing else, so that it has to say what to do. */
const REASONS = {
  403: 'Blocked, see egress in astraforge.yml',
  408: 'Request Timeout',
  431: 'Request Header Fields Too Large',
  502: 'Bad Gateway',
} as const;
const ADVICE = 'Hosts are allowed under `egress:` in astraforge.yml on the default branch.';
/** The alert `unrecognized_name`, fatal; source: RFC 6066, section 3, and RFC 8446, section 6. */
const TLS_ALERT = Buffer.from([21, 3, 3, 0, 2, 2, 112]);
/** How long unread bytes are taken in, so that their sender is not cut off before it has read the answer. */
const LINGER_MS = 2_000;

/** What a client of the proxy reads once its tunnel stands. */
export const ESTABLISHED = 'HTTP/1.1 200 Connection Established\r\n\r\n';

/** Tells the client and closes. Nothing of what the client still sends goes anywhere. */
export function answerRefusal(client: Duplex, refusal: EgressRefusal): void {
  if (refusal.tone === 'silent' || client.destroyed) {
    client.destroy();
    return;
  }
  const timer = setTimeout(() => client.destroy(), LINGER_MS);
  client.once('close', () => clearTimeout(timer));
  client.resume();
  client.end(refusal.tone === 'tls' ? TLS_ALERT : httpAnswer(refusal));
}

function httpAnswer({ target, why, status }: EgressRefusal): string {
  const body = `AstraForge blocked ${target}: ${why}.${status === 403 ? ` ${ADVICE}` : ''}\n`;
  const head = [
    `HTTP/1.1 ${status} ${REASONS[status]}`,
    'Content-Type: text/plain; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
  ];
  return `${head.join('\r\n')}\r\n\r\n${body}`;
}

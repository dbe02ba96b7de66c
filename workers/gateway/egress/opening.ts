import type { ConnectRequest } from './request.ts';
import { readHttpOpening } from '../door/http-opening.ts';
import type { Finding } from '../model/read-ahead.ts';
import { readTlsHello } from './tls-hello.ts';

/** Whether what is said first inside a tunnel fits the host it was opened to; `tls`: the sender understands a TLS alert. */
export type OpeningVerdict =
  { readonly kind: 'fit' } | { readonly kind: 'unfit'; readonly why: string; readonly tls: boolean };

/**
 * Judges the first bytes inside a tunnel to `request`, null while they are too few: on 443 a TLS hello that names exactly
 * the host, on 80 an HTTP request whose Host header does. Consumes nothing. What a server serves beside the host it is
 * named by (another Host header inside TLS, a later request on 80) is not seen here.
 */
export function judgeOpening(request: ConnectRequest, bytes: Buffer): Finding<OpeningVerdict> | null {
  const verdict = request.port === 443 ? judgeTls(request.host, bytes) : judgeHttp(request.host, bytes);
  return verdict === null ? null : { value: verdict, bytes: 0 };
}

function judgeTls(host: string, bytes: Buffer): OpeningVerdict | null {
  const opening = readTlsHello(bytes);
  if (opening.kind === 'partial') return null;
  if (opening.kind === 'unfit') return { kind: 'unfit', why: opening.why, tls: opening.why !== 'not TLS' };
  if (opening.serverName === host) return { kind: 'fit' };
  return { kind: 'unfit', why: 'the TLS hello names another host', tls: true };
}

function judgeHttp(host: string, bytes: Buffer): OpeningVerdict | null {
  const opening = readHttpOpening(bytes);
  if (opening.kind === 'partial') return null;
  if (opening.kind === 'unfit') return { kind: 'unfit', why: opening.why, tls: false };
  if (opening.host === host || opening.host === `${host}:80`) return { kind: 'fit' };
  return { kind: 'unfit', why: 'the Host header names another host', tls: false };
}

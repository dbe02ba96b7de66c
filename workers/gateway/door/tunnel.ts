import { request } from 'node:http';
import { connect, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { connect as connectTls } from 'node:tls';
import { refuseTunnel, type TunnelRefusal } from './http-door.ts';

/** Where a run's doors really are. */
export interface TunnelOptions {
  /** Address of the gateway service, as workers reach it. */
  readonly url: URL;
  readonly token: string;
  /** Until the tunnel stands. */
  readonly timeoutMs: number;
}

const HTTP_PORT = 80;
const HTTPS_PORT = 443;

/** What a guest reads when the service has no door for it. */
const UNREACHABLE: TunnelRefusal = {
  status: 502,
  code: 'gateway_unreachable',
  message: 'The model gateway cannot be reached',
};
const CLOSED: TunnelRefusal = {
  status: 403,
  code: 'door_closed',
  message: 'This run has no door at the gateway any more',
};

/**
 * Joins a guest's connection with the run's door of that name at the service, as if the guest had come in there. What breaks
 * on one side breaks the other; a door that cannot be reached is answered like a failed call. Never throws.
 */
export function joinThrough(options: TunnelOptions, door: 'model' | 'egress', guest: Socket): void {
  const { url, token, timeoutMs: timeout } = options;
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const secure = url.protocol === 'https:';
  const port = Number(url.port || (secure ? HTTPS_PORT : HTTP_PORT));
  const asked = request({
    method: 'CONNECT',
    path: door,
    host,
    port,
    headers: { 'proxy-authorization': `Bearer ${token}` },
    timeout,
    createConnection: () => {
      const address = { host, port, timeout, allowHalfOpen: true, noDelay: true };
      return secure ? connectTls({ ...address, servername: host }) : connect(address);
    },
  });
  let settled = false;
  const giveUp = (refusal: TunnelRefusal): void => {
    if (settled) return;
    settled = true;
    asked.destroy();
    if (!guest.destroyed) refuseTunnel(guest, refusal);
  };
  const hangUp = (): void => void asked.destroy();
  asked.once('timeout', () => giveUp(UNREACHABLE));
  asked.once('error', () => giveUp(UNREACHABLE));
  asked.once('response', () => giveUp(UNREACHABLE));
  asked.once('connect', (answer, service, head) => {
    if (answer.statusCode !== 200) {
      service.destroy();
      giveUp(answer.statusCode === 403 ? CLOSED : UNREACHABLE);
      return;
    }
    settled = true;
    guest.off('close', hangUp);
    service.setTimeout(0);
    if (head.length > 0) service.unshift(head);
    tie(guest, service);
    tie(service, guest);
  });
  guest.once('close', hangUp);
  asked.end();
}

/** Passes one direction on; an end is passed on as an end, anything else cuts both. */
function tie(from: Duplex, to: Duplex): void {
  from.on('error', () => to.destroy());
  from.once('close', () => {
    if (!from.readableEnded) to.destroy();
  });
  from.pipe(to);
}

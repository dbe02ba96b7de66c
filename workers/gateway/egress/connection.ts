import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { ESTABLISHED, type EgressRefusal } from './answer.ts';
import { connectFirst, type ConnectTerms } from './connect.ts';
import type { HostMatcher } from './host.ts';
import type { CheckedAddresses } from './lookup.ts';
import { judgeOpening } from './opening.ts';
import { readEgressRequest, type ConnectRequest, type EgressRequest } from './request.ts';
import { runTunnel, type TunnelTerms } from './tunnel.ts';
import { readAhead, type Finding } from '../model/read-ahead.ts';

/** What the connections of one run are served with. */
export interface EgressServing {
  readonly allows: HostMatcher;
  readonly lookUp: (host: string) => Promise<CheckedAddresses>;
  readonly connecting: ConnectTerms;
  readonly openingTimeoutMs: number;
  readonly tunnel: TunnelTerms;
  /** Whether the run may still send anything. */
  readonly maySend: () => boolean;
}

/** A client needs a few hundred bytes to say where it wants to go. */
const HEAD_BYTES_MAX = 8 * 1024;
/** Post-quantum hellos have about 2 KB, tickets and long lists some more. */
const OPENING_BYTES_MAX = 16 * 1024;
const END_OF_HEAD = Buffer.from('\r\n\r\n');
const OPENING_FAULTS = {
  'too-slow': 'nothing to judge it by came in time',
  'too-long': 'its first message is too long',
} as const;
const SENT_ALL = 'this run has sent all it may';

/** Serves one connection from its first byte to its last; says what was refused, null when nothing was. */
export async function serveConnection(serving: EgressServing, client: Duplex): Promise<EgressRefusal | null> {
  const request = await readRequest(serving, client);
  if (request === null || request.kind === 'refused') return request;
  const { host, port, target } = request;
  if (!serving.allows(host)) return refusal(target, 'not in the list of allowed hosts');
  if (!serving.maySend()) return refusal(target, SENT_ALL);
  const checked = await Promise.race([serving.lookUp(host), gone(client)]);
  if (checked === null) return null;
  if (checked.kind !== 'checked') return refusal(target, checked.why, checked.kind === 'refused' ? 403 : 502);
  const upstream = await connectFirst(serving.connecting, { addresses: checked.addresses, port, client });
  if (upstream === null) return client.destroyed ? null : refusal(target, 'it does not answer', 502);
  try {
    return await serveTunnel(serving, request, { client, upstream });
  } finally {
    upstream.destroy();
  }
}

async function readRequest(serving: EgressServing, client: Duplex): Promise<ConnectRequest | EgressRefusal | null> {
  const bounds = { bytesMax: HEAD_BYTES_MAX, timeoutMs: serving.openingTimeoutMs };
  const head = await readAhead(client, findHead, bounds);
  switch (head.kind) {
    case 'ended':
      return null;
    case 'too-slow':
      return refusal('-', 'the request did not come in time', 408);
    case 'too-long':
      return refusal('-', 'the head of the request is too long', 431);
    case 'found':
      return head.value.kind === 'connect' ? head.value : refusal(head.value.target, head.value.why);
  }
}

function findHead(bytes: Buffer): Finding<EgressRequest> | null {
  const end = bytes.indexOf(END_OF_HEAD);
  return end === -1 ? null : { value: readEgressRequest(bytes.subarray(0, end)), bytes: end + END_OF_HEAD.length };
}

async function serveTunnel(
  serving: EgressServing,
  request: ConnectRequest,
  ends: { client: Duplex; upstream: Socket },
): Promise<EgressRefusal | null> {
  const { target, port } = request;
  const untold = (why: string): EgressRefusal => ({ ...refusal(target, why), tone: 'silent' });
  ends.client.write(ESTABLISHED);
  const bounds = { bytesMax: OPENING_BYTES_MAX, timeoutMs: serving.openingTimeoutMs };
  const opening = await readAhead(ends.client, (bytes) => judgeOpening(request, bytes), bounds);
  if (opening.kind === 'ended') return null;
  if (opening.kind !== 'found') return untold(OPENING_FAULTS[opening.kind]);
  const { value: verdict } = opening;
  if (verdict.kind === 'unfit') {
    const tone = verdict.tls ? 'tls' : 'silent';
    return { ...refusal(target, verdict.why), tone: port === 80 ? 'proxy' : tone };
  }
  const end = await runTunnel(ends, serving.tunnel);
  return end === 'upload' ? untold(SENT_ALL) : null;
}

function refusal(target: string, why: string, status: EgressRefusal['status'] = 403): EgressRefusal {
  return { kind: 'refused', target, why, status, tone: 'proxy' };
}

function gone(client: Duplex): Promise<null> {
  return new Promise((resolve) => {
    if (client.destroyed) resolve(null);
    else client.once('close', () => resolve(null));
  });
}

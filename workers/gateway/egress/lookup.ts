import { lookup } from 'node:dns/promises';
import { networkInterfaces } from 'node:os';
import { judgeAddress } from './addresses.ts';
import type { HostMatcher } from './host.ts';

/** All addresses of a name, as text. */
export type ResolveHost = (host: string) => Promise<readonly string[]>;

/** Addresses that may be connected to, or why there are none; `refused` is a decision, `failed` a misfortune. */
export type CheckedAddresses =
  | { readonly kind: 'checked'; readonly addresses: readonly string[] }
  | { readonly kind: 'refused' | 'failed'; readonly why: string };

/** What names are looked up with. */
export interface LookupTerms {
  readonly resolve: ResolveHost;
  /** Hosts that may have addresses of this machine or of private networks. */
  readonly mayBeInner: HostMatcher;
  /** Asked at every lookup, since addresses come and go. */
  readonly ownAddresses: () => readonly string[];
  readonly timeoutMs: number;
}

/**
 * The system's resolver answers on a handful of threads that the whole process shares, so that names which never answer
 * would stop everything else that waits for a thread.
 */
const LOOKUPS_AT_ONCE_MAX = 4;

/** The system's resolver: /etc/hosts, then DNS. */
export const systemResolve: ResolveHost = async (host) => {
  const found = await lookup(host, { all: true, verbatim: true });
  return found.map(({ address }) => address);
};

/** All addresses of this machine. */
export function machineAddresses(): readonly string[] {
  return Object.values(networkInterfaces()).flatMap((found) => (found ?? []).map(({ address }) => address));
}

/**
 * Looks names up and checks what they stand for. One address that may not be reached spoils the name, since the guest's side
 * could have put the others beside it. Callers that ask for a name while it is looked up share the answer; nothing is kept.
 */
export function createLookup(terms: LookupTerms): (host: string) => Promise<CheckedAddresses> {
  const underWay = new Map<string, Promise<CheckedAddresses>>();
  return (host) => {
    const present = underWay.get(host);
    if (present !== undefined) return present;
    if (underWay.size >= LOOKUPS_AT_ONCE_MAX) {
      return Promise.resolve({ kind: 'failed', why: 'too many names are being looked up' });
    }
    const asked = lookUp(terms, host).finally(() => underWay.delete(host));
    underWay.set(host, asked);
    return asked;
  };
}

async function lookUp(
  { resolve, mayBeInner, ownAddresses, timeoutMs }: LookupTerms,
  host: string,
): Promise<CheckedAddresses> {
  const addresses = await withDeadline(resolve(host), timeoutMs).catch(() => []);
  if (addresses.length === 0) return { kind: 'failed', why: 'its name has no address' };
  const own = ownAddresses();
  for (const address of addresses) {
    const { reach, kind } = judgeAddress(address, own);
    if (reach === 'open' || (reach === 'inner' && mayBeInner(host))) continue;
    return { kind: 'refused', why: `its address is ${kind}` };
  }
  return { kind: 'checked', addresses };
}

function withDeadline<T>(work: Promise<T>, timeoutMs: number): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('the name was not resolved in time')), timeoutMs);
    void work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

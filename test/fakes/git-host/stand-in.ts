import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type RequestListener, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Background } from './background.ts';
import type { Fault, FaultBox, FaultScript } from './faults.ts';
import type { GitTransfer, LedgerEntry, RequestEntry, Violation } from './journal.ts';

// A connection that is closed in the very moment it is used again looks like a failing host; a slow test waits for seconds.
const KEPT_MS = 60_000;

/** What every stand-in knows, whatever host it stands for. `Kind` names the writes of the host. */
export interface HostWorld<Kind extends string, Delivery> {
  /** Address with the relative URL root, if any, and without a slash at the end. */
  readonly webUrl: string;
  readonly apiUrl: string;
  /** Where its repositories are. */
  readonly directory: string;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly nextId: () => number;
  readonly ledger: LedgerEntry<Kind>[];
  readonly requests: RequestEntry[];
  readonly violations: Violation[];
  readonly gitTraffic: GitTransfer[];
  readonly deliveries: Delivery[];
  readonly hooks: Background & { target: string | undefined; close(): void };
}

/** What a running stand-in shows, whatever host it stands for. */
export interface StandIn<Kind extends string, Delivery> extends AsyncDisposable {
  /** Web and Git, with the relative URL root: `${url}/owner/name.git`. */
  readonly url: string;
  readonly apiUrl: string;
  /** Where webhooks go; undefined delivers nothing. */
  webhookTarget: string | undefined;
  readonly deliveries: readonly Delivery[];
  readonly ledger: readonly LedgerEntry<Kind>[];
  readonly requests: readonly RequestEntry[];
  readonly violations: readonly Violation[];
  readonly gitTraffic: readonly GitTransfer[];
  /** Throws an error that lists the violations, if there are any; call it at the end of each test. */
  assertNoViolations(): void;
  /** Returns the violations so far and forgets them; for tests that provoke one. */
  takeViolations(): Violation[];
  fault(script: FaultScript): Fault;
  /** Resolves when no webhook delivery is under way. */
  settled(): Promise<void>;
  close(): Promise<void>;
}

/** A server on 127.0.0.1 and a directory for its repositories. */
export interface Site {
  readonly server: Server;
  readonly origin: string;
  readonly directory: string;
}

/** Opens a site; port 0 takes any free one. `name` is for the directory. */
export async function openSite(name: string, port: number): Promise<Site> {
  const server = createServer({ keepAliveTimeout: KEPT_MS });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the stand-in listens on no port');
  const directory = await mkdtemp(path.join(tmpdir(), `${name}-stand-in-`));
  return { server, origin: `http://127.0.0.1:${address.port}`, directory };
}

/** Serves a world at a site. Whatever is the host's own is assigned to the answer, which has accessors. */
export function standIn<Kind extends string, Delivery>(
  world: HostWorld<Kind, Delivery>,
  { server }: Site,
  { host, faults, serve }: { readonly host: string; readonly faults: FaultBox; readonly serve: RequestListener },
): StandIn<Kind, Delivery> {
  const { webUrl, apiUrl, hooks, deliveries, ledger, requests, violations, gitTraffic } = world;
  server.on('request', serve);
  const close = (): Promise<void> => closeAll(world, server);
  return {
    url: webUrl,
    apiUrl,
    get webhookTarget() {
      return hooks.target;
    },
    set webhookTarget(target: string | undefined) {
      hooks.target = target;
    },
    deliveries,
    ledger,
    requests,
    violations,
    gitTraffic,
    assertNoViolations: () => {
      if (violations.length > 0)
        throw new Error(`${host}'s contract was broken: ${JSON.stringify(violations, null, 2)}`);
    },
    takeViolations: () => violations.splice(0),
    fault: (script) => faults.add(script),
    settled: () => hooks.settled(),
    close,
    [Symbol.asyncDispose]: close,
  };
}

async function closeAll<Kind extends string, Delivery>(
  { hooks, directory }: HostWorld<Kind, Delivery>,
  server: Server,
): Promise<void> {
  hooks.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await hooks.settled();
  await rm(directory, { recursive: true, force: true, maxRetries: 3 });
}

import { lookup } from 'node:dns/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { AppError } from '#core/domain/errors.ts';
import type { Guest } from '#core/ports/provisioner.ts';

/** An address that a workspace must not reach. */
export interface ForbiddenServer {
  readonly host: string;
  readonly port: number;
}

/** A policy is put in place a moment after its pod; later than this nobody does it. */
const POLICY_MS_MAX = 15_000;
const ASK_AGAIN_MS = 500;
const EXEC_TIMEOUT_MS = 10_000;
const OUTPUT_BYTES_MAX = 4_096;
const REACHED = 'reached';
const PROBE = `
const socket = require('node:net').connect({ host: process.argv[1], port: Number(process.argv[2]), timeout: 2000 });
const end = (word) => { process.stdout.write(word); process.exit(0); };
socket.once('connect', () => end('${REACHED}')).once('error', () => end('closed')).once('timeout', () => end('closed'));`;

/**
 * Looks from inside whether the network policy is in force: the cluster's own API must be out of reach. A cluster takes
 * policies from everybody and leaves it to its network to heed them.
 * Throws AppError `denied` with what to do when it is reached.
 */
export async function requireClosedNetwork(
  guest: Pick<Guest, 'exec'>,
  server: ForbiddenServer,
  waitMs = POLICY_MS_MAX,
): Promise<void> {
  const { address } = await lookup(server.host);
  const deadline = performance.now() + waitMs;
  while (await reaches(guest, address, server.port)) {
    if (performance.now() > deadline) {
      throw new AppError(
        'denied',
        'The workspace reaches the API of its cluster, so nothing runs in it: apply deploy/k8s/base and see that the network of the cluster enforces NetworkPolicy.',
      );
    }
    await delay(ASK_AGAIN_MS);
  }
}

async function reaches(guest: Pick<Guest, 'exec'>, address: string, port: number): Promise<boolean> {
  const exit = await guest.exec({
    argv: ['node', '-e', PROBE, address, String(port)],
    cwd: '/',
    timeoutMs: EXEC_TIMEOUT_MS,
    outputBytesMax: OUTPUT_BYTES_MAX,
    offline: true,
  });
  const said = Buffer.from(exit.stdout).toString('utf8');
  if (exit.end !== 'exited' || !['closed', REACHED].includes(said)) {
    throw new AppError('unavailable', 'look at the network of a workspace: the probe did not answer');
  }
  return said === REACHED;
}

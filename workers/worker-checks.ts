import { connect } from 'node:net';
import { AppError } from '#core/domain/errors.ts';
import type { Workspaces } from '#core/ports/workspace.ts';
import type { HealthCheck } from '#core/usecases/view/check-health.ts';

const CONNECT_MS = 1_500;

/** Addresses of what workers reach, undefined where it is not configured. */
interface ReachedAddresses {
  readonly github: string | undefined;
  readonly gitlab: string | undefined;
  /** Plain Git servers; all of them have to answer. */
  readonly git: readonly string[];
  readonly model: string | undefined;
}

/** What workers tell of how they are, since `app` reaches none of it. */
export function workerChecks(
  workspaces: Pick<Workspaces, 'ready'>,
  { github, gitlab, git, model }: ReachedAddresses,
): readonly HealthCheck[] {
  const all = (addresses: readonly string[]) =>
    addresses.length === 0 ? null : async () => void (await Promise.all(addresses.map(reachable)));
  const at = (address: string | undefined) => all(address === undefined ? [] : [address]);
  return [
    { name: 'workspaces', check: () => workspaces.ready() },
    { name: 'github', check: at(github) },
    { name: 'gitlab', check: at(gitlab) },
    { name: 'git', check: all(git) },
    { name: 'model', check: at(model) },
  ];
}

/**
 * Resolves when the host of a URL accepts connections. Nothing is asked: what listens there is not bothered, and no limit of
 * calls is used up. Throws AppError `unavailable` that names the host and nothing else of the URL.
 */
function reachable(address: string): Promise<void> {
  const url = new URL(address);
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const port = url.port === '' ? (url.protocol === 'http:' ? 80 : 443) : Number(url.port);
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, timeout: CONNECT_MS });
    const fail = (cause?: unknown): void => {
      socket.destroy();
      reject(new AppError('unavailable', `${host}:${port} accepts no connection`, { cause }));
    };
    socket.once('timeout', () => fail());
    socket.once('error', fail);
    socket.once('connect', () => {
      socket.destroy();
      resolve();
    });
  });
}

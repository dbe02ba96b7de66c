import type Docker from 'dockerode';

const POLL_MS = 40;
/** Of containers that wait for a run; see `sandbox/docker/owner.ts`. */
const WAITING = /^\/astraforge-pool-/;

/** What was seen of runs' containers, from the beginning to the end of a watch. */
export interface ContainerWatch extends AsyncDisposable {
  /** Names of the run's containers that are alive now, as last seen. */
  alive(): readonly string[];
  /** Names of the run's containers that exist now, in whatever state. */
  all(): Promise<readonly string[]>;
  /** Every run's container ever seen alive. */
  readonly seen: ReadonlySet<string>;
  /** Most that were alive at a time. */
  most(): number;
  /** How often the engine answered. */
  looks(): number;
}

/** Looks at the engine again and again, as `docker ps` does; while it is away there is nothing to see. */
export function watchContainers(client: Docker): ContainerWatch {
  const seen = new Set<string>();
  const ending = new AbortController();
  let [alive, most, looks]: [string[], number, number] = [[], 0, 0];
  const look = async (): Promise<void> => {
    const listed = await client.listContainers().catch(() => undefined);
    if (listed === undefined) return;
    looks += 1;
    alive = ofRuns(listed);
    alive.forEach((name) => seen.add(name));
    most = Math.max(most, alive.length);
  };
  const watching = (async () => {
    while (!ending.signal.aborted) {
      await look();
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  })();
  return {
    alive: () => alive,
    all: async () => ofRuns(await client.listContainers({ all: true })),
    seen,
    most: () => most,
    looks: () => looks,
    [Symbol.asyncDispose]: async () => {
      ending.abort();
      await watching;
    },
  };
}

function ofRuns(listed: readonly Docker.ContainerInfo[]): string[] {
  return listed.flatMap(({ Names: names }) => names).filter((name) => !WAITING.test(name));
}

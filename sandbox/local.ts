import { randomUUID } from 'node:crypto';
import { AppError, toAppError } from '#core/domain/errors.ts';
import type { Guest, GuestLabels, Provisioner } from '#core/ports/provisioner.ts';
import { labelsOf, listGuestDirectories, openBaseDirectory, removeGuestDirectory } from './local/directory.ts';
import { makeLocalGuest } from './local/guest.ts';
import type { LocalMeans, LocalSettings } from './local/guest.ts';
import { processStart } from './local/owner.ts';
import { findLocalTools } from './local/tools.ts';

type IsLive = (labels: GuestLabels) => Promise<boolean>;

/** A guest of this process. */
interface Held {
  readonly labels: GuestLabels;
  readonly guest: Guest;
}

const PROBE_TIMEOUT_MS = 10_000;
const PROBE_OUTPUT_BYTES_MAX = 4_096;

/**
 * Guests made with bubblewrap, for machines without a container engine: one confined process tree per command, over
 * directories that live as long as the guest. Same network (none but the socket), same user, same paths as a container.
 *
 * Not limited here, since that takes cgroups: memory, CPU, and the disk and inodes a guest fills all together (one file
 * is limited, and so are processes and descriptors). Not filtered: system calls. Between two commands no process of the
 * guest lives. What it sees of the host: /usr, certificates, node, npm and the Codex package, all read-only.
 */
export function createLocalProvisioner(settings: LocalSettings): Provisioner {
  const held = new Map<string, Held>();
  let opening: Promise<LocalMeans> | undefined;
  const open = (): Promise<LocalMeans> => {
    opening ??= chooseMeans(settings).catch((thrown: unknown) => {
      opening = undefined;
      throw thrown;
    });
    return opening;
  };
  return {
    name: 'local',
    doors: 'sockets',
    ready: async () => {
      const means = await open();
      await probe(settings, means);
    },
    create: async (spec) => {
      const guest = await makeLocalGuest(settings, await open(), spec);
      held.set(guest.id, { labels: spec.labels, guest });
      return { ...guest, destroy: () => guest.destroy().then(() => void held.delete(guest.id)) };
    },
    reap: async (isLive) => (await reapHeld(held, isLive)) + (await reapAbandoned(settings, isLive)),
  };
}

/** The first bubblewrap with which a guest runs: a system's own may be too old, the packaged one may be forbidden. */
async function chooseMeans(settings: LocalSettings): Promise<LocalMeans> {
  const tools = findLocalTools(settings.searchPath);
  let refusal: AppError | undefined;
  for (const bwrap of tools.bwraps) {
    try {
      await probe(settings, { tools, bwrap });
      return { tools, bwrap };
    } catch (thrown) {
      refusal ??= toAppError(thrown, 'use bubblewrap');
    }
  }
  throw (
    refusal ?? new AppError('unavailable', 'There is no bubblewrap. Install bubblewrap with the system’s packages.')
  );
}

/** The only honest test is a guest: kernels, containers and security modules forbid namespaces in many ways. */
async function probe(settings: LocalSettings, means: LocalMeans): Promise<void> {
  await openBaseDirectory(settings.directory);
  const doors = { kind: 'sockets', directory: settings.directory } as const;
  const guest = await makeLocalGuest(settings, means, { labels: { runId: randomUUID(), epoch: 0 }, doors });
  const limits = { timeoutMs: PROBE_TIMEOUT_MS, outputBytesMax: PROBE_OUTPUT_BYTES_MAX, offline: true };
  const exit = await guest.exec({ argv: ['git', '--version'], ...limits });
  await guest.destroy();
  if (exit.exitCode === 0) return;
  throw new AppError(
    'unavailable',
    'bubblewrap cannot make namespaces here, so nothing can be confined. Allow unprivileged user namespaces ' +
      '(sysctl kernel.unprivileged_userns_clone=1, kernel.apparmor_restrict_unprivileged_userns=0), or start Docker.',
    { cause: new Error(Buffer.from(exit.stderr).toString('utf8')) },
  );
}

async function reapHeld(held: Map<string, Held>, isLive: IsLive): Promise<number> {
  let reaped = 0;
  for (const [id, { labels, guest }] of held) {
    if (await isLive(labels)) continue;
    await guest.destroy();
    held.delete(id);
    reaped += 1;
  }
  return reaped;
}

/** Guests of processes that are gone. Their commands are gone too (`--die-with-parent`), so only directories are left. */
async function reapAbandoned(settings: LocalSettings, isLive: IsLive): Promise<number> {
  let reaped = 0;
  for (const { root, label } of await listGuestDirectories(settings.directory, settings.instance)) {
    if (processStart(label.owner.pid) === label.owner.startedAt || (await isLive(labelsOf(label)))) continue;
    await removeGuestDirectory(root);
    reaped += 1;
  }
  return reaped;
}

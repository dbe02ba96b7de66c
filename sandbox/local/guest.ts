import { existsSync } from 'node:fs';
import { hostname } from 'node:os';
import { AppError } from '#core/domain/errors.ts';
import type { Guest, GuestSpec } from '#core/ports/provisioner.ts';
import { GUEST_PATHS, GUEST_USER_ID } from '../guest-layout.ts';
import { makeGuestDirectories, openBaseDirectory, removeGuestDirectory } from './directory.ts';
import type { LabelFile } from './directory.ts';
import { execConfined } from './exec.ts';
import { canBecomeGuestUser, processStart } from './owner.ts';
import { confine } from './spec.ts';
import type { Confinement } from './spec.ts';
import type { LocalTools } from './tools.ts';
import { downloadFile, uploadFile } from '../transfer.ts';

/** What the local provisioner is made from. Sizes in bytes. */
export interface LocalSettings {
  /** Directory for guests, private to this user. */
  readonly directory: string;
  /** Name of the installation; only guests of the same name are reaped. */
  readonly instance: string;
  /** Directories, written like PATH, in which `bwrap` and `git` are looked for. */
  readonly searchPath: string;
  readonly fileBytesMax: number;
}

/** What one guest is made with. */
export interface LocalMeans {
  readonly tools: LocalTools;
  /** The bubblewrap that works here. */
  readonly bwrap: string;
}

/**
 * Makes a guest's directories; nothing runs yet. Throws AppError `invalid` when there is no socket directory, or something is
 * asked for that takes containers.
 */
export async function makeLocalGuest(settings: LocalSettings, means: LocalMeans, spec: GuestSpec): Promise<Guest> {
  await openBaseDirectory(settings.directory);
  const socketDirectory = requireSockets(spec);
  const { instance, fileBytesMax } = settings;
  const privileged = canBecomeGuestUser();
  const owner = { pid: process.pid, startedAt: processStart(process.pid) };
  const label: LabelFile = { instance, runId: spec.labels.runId, epoch: spec.labels.epoch, owner };
  const directories = await makeGuestDirectories(settings.directory, label, privileged ? GUEST_USER_ID : null);
  return guestIn({ ...means, directories, socketDirectory, fileBytesMax, privileged });
}

function requireSockets({ doors, image }: GuestSpec): string {
  if (image !== undefined) {
    throw new AppError('invalid', 'This installation uses no containers, so no repository can name an image.');
  }
  if (doors.kind !== 'sockets' || !existsSync(doors.directory)) {
    throw new AppError('invalid', 'create a workspace: its socket directory is missing');
  }
  return doors.directory;
}

function guestIn(confinement: Confinement): Guest {
  const { bwrap, directories } = confinement;
  const running = new Set<() => void>();
  let destroyed = false;
  const exec: Guest['exec'] = async (command) => {
    if (destroyed) throw new AppError('missing', 'run a command in the workspace: it was destroyed');
    return execConfined({ bwrap, confined: confine(confinement, command), command, running });
  };
  return {
    id: directories.root,
    madeFrom: `local ${hostname()}`,
    paths: GUEST_PATHS,
    exec,
    upload: (path, content) => uploadFile(exec, path, content),
    download: (path, bytesMax) => downloadFile(exec, path, bytesMax),
    destroy: async () => {
      destroyed = true;
      for (const abort of running) abort();
      await removeGuestDirectory(directories.root);
    },
  };
}

import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import Docker from 'dockerode';

/** Places to run that exist on this machine, as the operator of its engine sees them. */
export interface Rooms {
  /** One line for each place that belongs to a run; it holds the run's id. Places that wait for a run are left out. */
  all(): Promise<readonly string[]>;
}

/** Containers of one installation (its SANDBOX_INSTANCE), running or not. */
export function containers(instance: string): Rooms {
  const docker = new Docker();
  return {
    async all() {
      const filters = { label: ['astraforge.managed=true', `astraforge.instance=${instance}`] };
      const listed = await docker.listContainers({ all: true, filters });
      const lines = listed.map(({ Names, Labels }) => [...Names, Labels['astraforge.run'] ?? ''].join(' '));
      return lines.filter((line) => !line.includes('astraforge-pool-'));
    },
  };
}

/** Directories of local guests below SANDBOX_DIRECTORY. */
export function guestDirectories(base: string): Rooms {
  return {
    async all() {
      const names = await readdir(base).catch(() => []);
      const labels = names.map((name) => readFile(path.join(base, name, 'labels.json'), 'utf8').catch(() => ''));
      return (await Promise.all(labels)).filter((label) => label !== '');
    },
  };
}

/** Processes on this machine, whatever room they are in, whose command line holds these words. */
export async function processesWith(words: string): Promise<readonly string[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const found = pids.map(async (pid) => {
    const line = await readFile(`/proc/${pid}/cmdline`, 'latin1').catch(() => '');
    return line.replaceAll('\0', ' ').includes(words) ? [pid] : [];
  });
  return (await Promise.all(found)).flat();
}

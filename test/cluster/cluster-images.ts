import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PAUSE_IMAGE } from './cluster-layout.ts';
import type { ClusterLayout } from './cluster-layout.ts';
import { runCommand } from './run-command.ts';

const DOCKERFILE = 'FROM scratch\nCOPY pause /pause\nUSER 65535:65535\nENTRYPOINT ["/pause"]\n';

/**
 * Puts the workspace image and the one that holds a pod's network from the machine's engine into the cluster's own store.
 * Images that are there already are left, whatever they are called.
 */
export async function importImages(layout: ClusterLayout, image: string, say: (line: string) => void): Promise<void> {
  const { bin, imageStore, containerdSocket } = layout;
  await makePauseImage(join(bin, 'pause'));
  for (const name of [PAUSE_IMAGE, image]) {
    const id = (await runCommand('docker', ['image', 'inspect', '--format', '{{.Id}}', name])).trim();
    const stamp = join(imageStore, `imported-${encodeURIComponent(name)}`);
    if ((await readFile(stamp, 'utf8').catch(() => '')) === id) continue;
    say(`importing ${name}`);
    const ctr = `ctr --address ${containerdSocket} --namespace k8s.io images import --digests=false -`;
    await runCommand('/bin/bash', ['-c', `set -o pipefail; docker save "$0" | ${ctr}`, name]);
    await writeFile(stamp, id);
  }
}

async function makePauseImage(program: string): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'pause-'));
  try {
    await cp(program, join(directory, 'pause'));
    await writeFile(join(directory, 'Dockerfile'), DOCKERFILE);
    await runCommand('docker', ['build', '--quiet', '--tag', PAUSE_IMAGE, directory]);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** Ends and forgets every container that the cluster's runtime still has, so that the next run finds images only. */
export async function forgetContainers({ containerdSocket }: ClusterLayout): Promise<void> {
  const ctr = (...args: string[]): Promise<string> =>
    runCommand('ctr', ['--address', containerdSocket, '--namespace', 'k8s.io', ...args]);
  const ids = (await ctr('containers', 'list', '--quiet')).split('\n').filter((id) => id !== '');
  for (const id of ids) {
    await ctr('tasks', 'delete', '--force', id).catch(() => '');
    await ctr('containers', 'delete', id).catch(() => '');
  }
}

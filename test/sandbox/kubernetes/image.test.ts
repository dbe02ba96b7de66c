import { randomUUID } from 'node:crypto';
import Docker from 'dockerode';
import type { ContainerCreateOptions } from 'dockerode';
import { expect, onTestFinished, test } from 'vitest';
import { describeWith } from '../../services/describe-with.ts';
import { textOf } from '../guest-scene.ts';
import { kubernetesSettings, openKubernetes } from '../open-kubernetes.ts';

const LIMITS = { timeoutMs: 20_000, outputBytesMax: 1_000_000 };
const labels = { runId: 'run_1', epoch: 1 };
const { image: ownImage } = kubernetesSettings({ kubeconfigPath: undefined });

/** Ways in which a node can give less than a pod asks for. */
const NEGLECTS: readonly (readonly [
  what: string,
  (host: NonNullable<ContainerCreateOptions['HostConfig']>) => void,
  RegExp,
])[] = [
  ['leaves the root writable', (host) => void (host.ReadonlyRootfs = false), /\/ is writable/],
  ['keeps capabilities', (host) => void (host.CapDrop = []), /CapBnd is/],
  ['lets privileges be gained', (host) => void (host.SecurityOpt = []), /NoNewPrivs is 0/],
  ['filters no system calls', (host) => host.SecurityOpt?.push('seccomp=unconfined'), /Seccomp is 0/],
  ['bounds no memory', (host) => void ([host.Memory, host.MemorySwap] = [0, 0]), /limit of memory is/],
  ['bounds no CPU', (host) => void (host.NanoCpus = 0), /limit of CPUs is/],
  [
    'bounds no volume',
    (host) => host.Mounts?.forEach((mount) => void delete mount.VolumeOptions?.DriverConfig.Options?.['o']),
    /\/workspace holds/,
  ],
  [
    'shows a directory of its own',
    (host) => host.Mounts?.push({ Type: 'bind', Source: '/usr/share', Target: '/mnt', ReadOnly: true }),
    /\/mnt shows/,
  ],
];

describeWith(['docker', 'codex'], 'a pod of a node that does less than it is told', () => {
  test.each(NEGLECTS)('and %s is refused, and nothing is left', async (_, neglect, complaint) => {
    const tamper = ({ HostConfig: host = {} }: ContainerCreateOptions): void => neglect(host);
    const subject = await openKubernetes('1.36', { tamper });
    onTestFinished(async () => subject[Symbol.asyncDispose]());
    const { doors } = await subject.openDoors();
    await expect(subject.provisioner.create({ labels, doors })).rejects.toMatchObject({
      code: 'denied',
      message: expect.stringMatching(complaint),
    });
    expect(subject.standIn.store.list()).toEqual([]);
  });
});

describeWith(['docker', 'codex'], 'an image that a repository names', () => {
  const name = `astraforge-test-${randomUUID()}`;
  const docker = new Docker();

  test('brings its variables, and none of the cluster or of the names that are ours', async () => {
    const base = await docker.createContainer({
      Image: ownImage,
      Env: ['JAVA_HOME=/opt/java and more', 'HOME=/elsewhere', 'KUBERNETES_SERVICE_HOST=1.2.3.4'],
      HostConfig: { NetworkMode: 'none' },
    });
    await base.commit({ repo: name, tag: 'x' });
    await base.remove();
    onTestFinished(async () => void (await docker.getImage(`${name}:x`).remove({ force: true })));
    const subject = await openKubernetes('1.36');
    onTestFinished(async () => subject[Symbol.asyncDispose]());
    const provisioner = subject.provisionerWith({ imagesAllowed: [`${name}:*`] });
    const { doors } = await subject.openDoors();
    const guest = await provisioner.create({ labels, doors, image: `${name}:x` });
    onTestFinished(() => guest.destroy());
    const { stdout } = await guest.exec({ argv: ['sh', '-c', 'env'], ...LIMITS });
    expect(textOf(stdout)).toContain('JAVA_HOME=/opt/java and more\n');
    expect(textOf(stdout)).toContain('HOME=/home/agent\n');
    expect(textOf(stdout)).not.toContain('KUBERNETES');
    await expect(provisioner.create({ labels, doors, image: 'debian:12' })).rejects.toMatchObject({ code: 'denied' });
  });
});

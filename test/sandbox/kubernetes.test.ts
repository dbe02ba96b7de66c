import { randomUUID } from 'node:crypto';
import { CoreV1Api, KubeConfig } from '@kubernetes/client-node';
import type { V1Pod } from '@kubernetes/client-node';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import type { Guest } from '#core/ports/provisioner.ts';
import { PERMISSIONS } from '../../sandbox/kubernetes.ts';
import type { KubernetesSettings } from '../../sandbox/kubernetes.ts';
import { podFor, readLabels } from '../../sandbox/kubernetes/pod.ts';
import { eventually } from '../contract/eventually.ts';
import { sayAttempt } from '../fakes/kubernetes/authorise.ts';
import { describeWith } from '../services/describe-with.ts';
import { textOf } from './guest-scene.ts';
import { kubernetesSettings, openKubernetes } from './open-kubernetes.ts';
import type { KubernetesSubject } from './open-kubernetes.ts';

const LIMITS = { timeoutMs: 20_000, outputBytesMax: 1_000_000 };
const WORKSPACES = 'astraforge-workspaces';

describeWith(['docker', 'codex'], 'the kubernetes provisioner on a current release', () => {
  let subject: KubernetesSubject;
  beforeAll(async () => {
    subject = await openKubernetes('1.36', { cpus: 4, podsMax: 6 });
  });
  afterAll(() => subject[Symbol.asyncDispose]());

  async function makeGuest(more: Partial<KubernetesSettings> = {}, runId = 'run_1'): Promise<Guest> {
    const provisioner = subject.provisionerWith(more);
    const { doors } = await subject.openDoors();
    const guest = await provisioner.create({ labels: { runId, epoch: 7 }, doors });
    onTestFinished(async () => {
      await provisioner[Symbol.asyncDispose]();
      await guest.destroy();
    });
    return guest;
  }

  /** A guest in a pod that waited for it. */
  async function makeWarmGuest() {
    const provisioner = subject.provisionerWith({ poolSize: 1 });
    onTestFinished(async () => provisioner[Symbol.asyncDispose]());
    await provisioner.ready();
    const { doors } = await subject.openDoors();
    const waits = (pod: V1Pod): boolean => pod.status?.phase === 'Running' && readLabels(pod) === null;
    const warm = await eventually(async () => subject.standIn.store.list().find(waits)?.metadata?.name);
    const guest = await eventually(async () => {
      const made = await provisioner.create({ labels: { runId: 'run_warm', epoch: 2 }, doors });
      if (made.id === warm) return made;
      await made.destroy();
      return false;
    });
    onTestFinished(() => guest.destroy());
    return { provisioner, guest, doors };
  }

  function admin(): CoreV1Api {
    const config = new KubeConfig();
    config.loadFromFile(subject.standIn.kubeconfig.admin);
    return config.makeApiClient(CoreV1Api);
  }

  const sh = async (guest: Guest, script: string): Promise<string> =>
    textOf((await guest.exec({ argv: ['sh', '-c', script], ...LIMITS })).stdout).trim();

  test('every right that the manifests grant is used in the life of one workspace, and no other is asked for', async () => {
    await subject.provisioner.ready();
    const { guest } = await makeWarmGuest();
    expect(await sh(guest, 'echo there')).toBe('there');
    await expect(makeGuest({ image: 'localhost/absent:1' })).rejects.toMatchObject({ code: 'unavailable' });
    await subject.provisioner.reap(async () => true);
    const needed = PERMISSIONS.map(([verb, ...resource]) => `${verb} ${resource.join('/')} in ${WORKSPACES}`);
    expect([...new Set(subject.standIn.attempts.map(sayAttempt))].toSorted()).toEqual(needed.toSorted());
  });

  test('nothing of the cluster is in the environment of any process, and no token is mounted', async () => {
    const guest = await makeGuest();
    const all = await sh(guest, "cat /proc/[0-9]*/environ | tr '\\0' '\\n' | cut -d= -f1 | sort -u");
    expect(all).toContain('HOME');
    expect(all).not.toMatch(/KUBERNETES|HOSTNAME/);
    expect(await sh(guest, 'ls -A /var/run/secrets 2>/dev/null; cat /etc/resolv.conf | grep -c "" ')).not.toContain(
      'kube',
    );
  });

  test('what a workspace writes where the node reads along is bounded or goes nowhere', async () => {
    const guest = await makeGuest();
    expect(await sh(guest, 'readlink /proc/1/fd/0 /proc/1/fd/1 /proc/1/fd/2 | sort -u')).toBe('/dev/null');
    const filled = await guest.exec({
      argv: ['sh', '-c', 'head -c 1000000000 /dev/zero >/dev/termination-log'],
      ...LIMITS,
    });
    expect(filled.exitCode).not.toBe(0);
    expect(Number(await sh(guest, 'stat -c %s /dev/termination-log'))).toBeLessThan(600 * 1024 * 1024);
  });

  test('a pod ends by itself when the process that made it is gone, and is then reaped, warm or not', async () => {
    const instance = `test-${randomUUID()}`;
    const guest = await makeGuest({ instance });
    const running = guest.exec({ argv: ['sleep', '60'], ...LIMITS }).catch((thrown: unknown) => thrown);
    subject.standIn.cutConnections();
    expect(await running).toMatchObject({ code: expect.stringMatching(/missing|unavailable/) });
    const phase = (): string => subject.standIn.store.get(WORKSPACES, guest.id).status?.phase ?? '';
    await eventually(async () => ['Succeeded', 'Failed'].includes(phase()));
    expect(await subject.provisionerWith({ instance }).reap(async () => true)).toBe(1);
    expect(await subject.standIn.holds(guest.id)).toBe(false);
  });

  test('reaping never touches a pod that is not ours, nor one of another installation', async () => {
    const limits = { ...kubernetesSettings({ kubeconfigPath: undefined, instance: 'another' }), userNamespaces: false };
    const foreign = podFor({ name: 'foreign', run: { runId: 'run_1', epoch: 1 } }, 'image', limits);
    const unlabelled = { ...foreign, metadata: { name: 'unlabelled' } };
    for (const body of [foreign, unlabelled]) await admin().createNamespacedPod({ namespace: WORKSPACES, body });
    onTestFinished(async () => {
      for (const name of ['foreign', 'unlabelled'])
        await admin().deleteNamespacedPod({ namespace: WORKSPACES, name, gracePeriodSeconds: 0 });
    });
    expect(await subject.provisioner.reap(async () => false)).toBe(0);
    expect(await Promise.all(['foreign', 'unlabelled'].map((name) => subject.standIn.holds(name)))).toEqual([
      true,
      true,
    ]);
  });

  test('a pod that is deleted by somebody else is a missing guest, not a result', async () => {
    const guest = await makeGuest();
    const running = guest.exec({ argv: ['sleep', '60'], ...LIMITS }).catch((thrown: unknown) => thrown);
    await admin().deleteNamespacedPod({ namespace: WORKSPACES, name: guest.id, gracePeriodSeconds: 0 });
    expect(await running).toMatchObject({ code: 'missing' });
  });

  test('destroying from two sides at once succeeds on both', async () => {
    const instance = `test-${randomUUID()}`;
    const guest = await makeGuest({ instance });
    await Promise.all([
      guest.destroy(),
      guest.destroy(),
      subject.provisionerWith({ instance }).reap(async () => false),
    ]);
    expect(await subject.standIn.holds(guest.id)).toBe(false);
  });

  test('a warm pod becomes the run’s by its labels, and is used once', async () => {
    const { provisioner, guest, doors } = await makeWarmGuest();
    expect(subject.standIn.store.get(WORKSPACES, guest.id).metadata?.labels).toMatchObject({
      'astraforge.io/managed': 'true',
      'astraforge.io/run': 'run_warm',
      'astraforge.io/epoch': '2',
    });
    const other = await provisioner.create({ labels: { runId: 'run_next', epoch: 1 }, doors });
    onTestFinished(() => other.destroy());
    expect(other.id).not.toBe(guest.id);
  });
});

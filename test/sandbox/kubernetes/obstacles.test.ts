import { randomUUID } from 'node:crypto';
import Docker from 'dockerode';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import type { Guest } from '#core/ports/provisioner.ts';
import { connectPods } from '../../../sandbox/kubernetes/api.ts';
import { removePod } from '../../../sandbox/kubernetes/remove.ts';
import { podFor } from '../../../sandbox/kubernetes/pod.ts';
import { untilRunning } from '../../../sandbox/kubernetes/start.ts';
import type { StartWatch } from '../../../sandbox/kubernetes/start.ts';
import type { KubernetesSettings } from '../../../sandbox/kubernetes.ts';
import { eventually } from '../../contract/eventually.ts';
import { describeWith } from '../../services/describe-with.ts';
import type { KubernetesOptions } from '../../fakes/kubernetes/start-kubernetes.ts';
import { kubernetesSettings, openKubernetes } from '../open-kubernetes.ts';
import type { KubernetesSubject } from '../open-kubernetes.ts';

describeWith(['docker', 'codex'], 'what stands in the way of a pod is said:', () => {
  let subject: KubernetesSubject;
  beforeAll(async () => {
    subject = await openKubernetes('1.36');
  });
  afterAll(() => subject[Symbol.asyncDispose]());

  async function makeGuest(more: Partial<KubernetesSettings>): Promise<Guest> {
    const provisioner = subject.provisionerWith(more);
    onTestFinished(async () => provisioner[Symbol.asyncDispose]());
    const { doors } = await subject.openDoors();
    return provisioner.create({ labels: { runId: 'run_1', epoch: 7 }, doors });
  }

  test('no image, at once, and nothing is left', async () => {
    const started = performance.now();
    await expect(makeGuest({ image: 'localhost/absent:1' })).rejects.toMatchObject({
      code: 'unavailable',
      message: 'create a workspace: its image cannot be pulled (ErrImagePull)',
    });
    expect(performance.now() - started).toBeLessThan(10_000);
    await eventually(async () =>
      subject.standIn.store.list().every(({ spec }) => spec?.containers[0]?.image !== 'localhost/absent:1'),
    );
  });

  test('no daemon in the image', async () => {
    const image = `astraforge-test-${randomUUID()}`;
    const own = kubernetesSettings({ kubeconfigPath: undefined }).image;
    const docker = new Docker();
    const made = await docker.createContainer({
      Image: own,
      User: '0:0',
      Entrypoint: ['rm', '/opt/astraforge/daemon.mjs'],
      HostConfig: { NetworkMode: 'none' },
      Cmd: [],
    });
    onTestFinished(() => made.remove({ force: true }));
    await made.start();
    await made.wait();
    await made.commit({ repo: image, tag: 'x' });
    onTestFinished(async () => void (await docker.getImage(`${image}:x`).remove({ force: true })));
    await expect(makeGuest({ image: `${image}:x` })).rejects.toMatchObject({ code: 'unavailable' });
  });

  test('a quota', async () => {
    const full = await openKubernetes('1.36', { podsMax: 0 });
    onTestFinished(async () => full[Symbol.asyncDispose]());
    const { doors } = await full.openDoors();
    await expect(full.provisioner.create({ labels: { runId: 'run_1', epoch: 1 }, doors })).rejects.toMatchObject({
      code: 'unavailable',
      message: 'create a workspace: the cluster refused the pod (a quota or a policy)',
    });
    await expect(full.provisioner.ready()).rejects.toMatchObject({ message: expect.stringContaining('quota') });
  });

  test('a runtime class that the cluster does not have', async () => {
    await expect(subject.provisionerWith({ runtimeClass: 'gvisor' }).ready()).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('runtime class'),
    });
  });

  test('a right that is missing', async () => {
    await expect(subject.provisionerWith({ namespace: 'elsewhere' }).ready()).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringMatching(/create pods, .*get pods\/exec.* Apply deploy\/k8s\/base/),
    });
  });

  test('no cluster', async () => {
    await expect(subject.provisionerWith({ kubeconfigPath: undefined }).ready()).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('KUBECONFIG'),
    });
    const gone = await openKubernetes('1.36');
    const provisioner = gone.provisionerWith({});
    await provisioner.ready();
    await gone[Symbol.asyncDispose]();
    await expect(provisioner.reap(async () => true)).rejects.toMatchObject({ code: 'unavailable' });
  });

  test('doors of the wrong kind', async () => {
    const doors = { kind: 'sockets', directory: '/tmp' } as const;
    await expect(subject.provisioner.create({ labels: { runId: 'run_1', epoch: 1 }, doors })).rejects.toMatchObject({
      code: 'invalid',
    });
  });

  /** Makes a pod and waits for it as long as the test likes. */
  async function startOn(options: Partial<KubernetesOptions>, patience: StartWatch['patience']): Promise<unknown> {
    const small = await openKubernetes('1.36', options);
    onTestFinished(async () => small[Symbol.asyncDispose]());
    const settings = kubernetesSettings({ kubeconfigPath: small.standIn.kubeconfig.operator });
    const api = connectPods(settings.namespace, settings.kubeconfigPath);
    const limits = { ...settings, userNamespaces: false };
    const pod = await api.create(podFor({ name: 'one' }, settings.image, limits));
    return untilRunning(api, pod, { onStep: () => undefined, ...(patience === undefined ? {} : { patience }) });
  }

  test('no node with room, after a time', async () => {
    const started = performance.now();
    await expect(startOn({ cpus: 0.1 }, { startMs: 60_000, scheduleMs: 500 })).rejects.toMatchObject({
      code: 'unavailable',
      message: 'create a workspace: no node has room for it (Unschedulable)',
    });
    expect(performance.now() - started).toBeGreaterThan(500);
  });

  test('a node that cannot make the pod, by what the cluster warned of', async () => {
    const tamper = (): never => {
      throw new Error('no sandbox today');
    };
    await expect(startOn({ tamper }, { startMs: 1_500, scheduleMs: 500 })).rejects.toMatchObject({
      code: 'unavailable',
      message: 'create a workspace: it did not start in time (FailedCreatePodSandBox)',
    });
  });

  test('a node that never says that a pod has ended: it is given up, and the cluster forgets it', async () => {
    const asked: number[] = [];
    const running = { spec: { nodeName: 'gone', containers: [] }, status: { phase: 'Running' } };
    const api = {
      remove: async (_: string, graceSec: number) => void asked.push(graceSec),
      read: async () => (asked.includes(0) ? undefined : running),
    };
    const started = performance.now();
    await removePod(api, 'one');
    expect(asked).toEqual([1, 0]);
    expect(performance.now() - started).toBeLessThan(10_000);
  });
});

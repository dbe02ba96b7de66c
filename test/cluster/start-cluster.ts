import { mkdir, readFile, rm } from 'node:fs/promises';
import { CoreV1Api, KubeConfig } from '@kubernetes/client-node';
import { forgetContainers, importImages } from './cluster-images.ts';
import { makeKeys } from './cluster-keys.ts';
import { NODE_NAME } from './cluster-layout.ts';
import type { ClusterLayout } from './cluster-layout.ts';
import { startProcess, untilSo } from './cluster-process.ts';
import type { ClusterProcess } from './cluster-process.ts';
import { clusterPrograms } from './cluster-programs.ts';
import { runCommand } from './run-command.ts';

/** A single node that takes pods. */
export interface RunningCluster extends AsyncDisposable {
  /** Configuration of somebody who may do everything. */
  readonly config: KubeConfig;
}

const START_TIMEOUT_MS = 60_000;
const PODS_GONE_TIMEOUT_MS = 60_000;

/** Starts everything, one after the other, and waits until the node is ready. What had started is stopped when it fails. */
export async function startCluster(
  layout: ClusterLayout,
  image: string,
  say: (line: string) => void,
): Promise<RunningCluster> {
  const undo: (() => Promise<void>)[] = [];
  const stop = async (): Promise<void> => {
    for (const step of undo.splice(0).toReversed()) {
      await step().catch((thrown: unknown) =>
        say(`while stopping: ${thrown instanceof Error ? thrown.message : String(thrown)}`),
      );
    }
  };
  try {
    const config = await startAll({ layout, image, say, undo });
    return { config, [Symbol.asyncDispose]: stop };
  } catch (thrown) {
    await stop();
    throw thrown;
  }
}

interface Start {
  readonly layout: ClusterLayout;
  readonly image: string;
  readonly say: (line: string) => void;
  /** What takes each step back, oldest first. */
  readonly undo: (() => Promise<void>)[];
}

async function startAll({ layout, image, say, undo }: Start): Promise<KubeConfig> {
  const keys = await makeKeys(layout);
  const programs = await clusterPrograms(layout, keys);
  const config = new KubeConfig();
  config.loadFromFile(keys.kubeconfig.admin);
  const core = config.makeApiClient(CoreV1Api);
  const processes: ClusterProcess[] = [];
  const start = async (name: keyof typeof programs): Promise<void> => {
    const process = await startProcess(name, programs[name], layout.logs);
    processes.push(process);
    undo.push(async () => process[Symbol.asyncDispose]());
  };
  const until = (what: string, isSo: () => Promise<boolean>): Promise<void> =>
    untilSo({ what, timeoutMs: START_TIMEOUT_MS, logs: layout.logs, processes }, isSo);
  undo.push(() => unmountBelow(layout.run));
  say('starting etcd and the API server');
  await start('etcd');
  await start('api');
  await until('an answer of the API server', async () => (await core.listNamespace()).items.length > 0);
  await start('manager');
  await start('scheduler');
  say('starting containerd');
  await rm(layout.containerdState, { recursive: true, force: true });
  await mkdir(layout.imageStore, { recursive: true });
  await start('containerd');
  const version = ['--address', layout.containerdSocket, 'version'];
  await until('an answer of containerd', () => runCommand('ctr', version).then(() => true));
  undo.push(() => forgetContainers(layout));
  await forgetContainers(layout);
  await importImages(layout, image, say);
  say('starting the kubelet');
  await start('kubelet');
  await until('a ready node', async () => {
    const { status } = await core.readNode({ name: NODE_NAME });
    return status?.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True') === true;
  });
  undo.push(() => removePods(core, layout));
  return config;
}

/** While the kubelet still runs, so that it takes down networks and mounts. */
async function removePods(core: CoreV1Api, { logs }: ClusterLayout): Promise<void> {
  const { items } = await core.listPodForAllNamespaces();
  for (const { metadata } of items) {
    const { name = '', namespace = '' } = metadata ?? {};
    await core.deleteNamespacedPod({ name, namespace, gracePeriodSeconds: 1 }).catch(() => undefined);
  }
  const gone = { what: 'the end of all pods', timeoutMs: PODS_GONE_TIMEOUT_MS, logs, processes: [] };
  await untilSo(gone, async () => (await core.listPodForAllNamespaces()).items.length === 0);
}

/** Whatever a kubelet that was cut short left mounted would keep its directory. */
async function unmountBelow(directory: string): Promise<void> {
  const mounts = (await readFile('/proc/self/mounts', 'utf8')).split('\n').map((line) => line.split(' ')[1] ?? '');
  for (const path of mounts.filter((mount) => mount.startsWith(`${directory}/`)).toReversed())
    await runCommand('umount', ['--lazy', path]);
}

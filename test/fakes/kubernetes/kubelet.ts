import { chmod, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type Docker from 'dockerode';
import type { Container, ContainerCreateOptions } from 'dockerode';
import type { V1Pod } from '@kubernetes/client-node';
import { quantity } from './admit-pod.ts';
import { containerOptions } from './container-options.ts';
import { openPodNetwork } from './pod-network.ts';
import type { PodNetwork, ServiceRoute } from './pod-network.ts';
import { schedule, setStatus } from './pod-status.ts';
import type { PodStore } from './pod-store.ts';

/** The only node of the stand-in. */
export interface Kubelet {
  /** Takes an admitted pod as far as it gets; never rejects. */
  run(pod: V1Pod): Promise<void>;
  /** Ends a pod: with grace 0 it is forgotten first, otherwise when its processes are gone. */
  end(pod: V1Pod, graceSec: number): Promise<void>;
  /** The container behind a pod that runs. */
  containerOf(pod: V1Pod): Container | undefined;
  /** Warnings about a pod, as events. */
  warningsOf(name: string): { reason: string; message: string }[];
  /** Whether there is a container of a pod, whatever became of the pod. */
  holds(name: string): Promise<boolean>;
  /** Removes everything, whatever state it is in. */
  clear(): Promise<void>;
}

/** What a node is made with. */
export interface KubeletSettings {
  readonly docker: Docker;
  readonly store: PodStore;
  readonly label: string;
  readonly directory: string;
  readonly route: ServiceRoute | null;
  /** CPUs the node has to give away. */
  readonly cpus: number;
  /** Changes a container before it is made, as a node does that ignores what it is told. */
  readonly tamper: (options: ContainerCreateOptions) => void;
}

interface Running {
  readonly network: PodNetwork;
  readonly container: Container;
}

const NETWORK_IMAGE = 'astraforge/codex-cli:latest';
const IMAGE_NAME = /^[a-z0-9][a-z0-9._:/@-]*$/i;
const WRITABLE_BY_ALL = 0o666;

/** A node without pods. */
export function createKubelet(settings: KubeletSettings): Kubelet {
  const { docker, store, label, directory, route, cpus, tamper } = settings;
  const running = new Map<string, Running>();
  const ending = new Set<Promise<void>>();
  const warnings: { name: string; reason: string; message: string }[] = [];
  const uidOf = (pod: V1Pod): string => pod.metadata?.uid ?? '';

  const start = async (pod: V1Pod): Promise<void> => {
    const [container] = pod.spec?.containers ?? [];
    if (container === undefined) return;
    const uid = uidOf(pod);
    const image = container.image ?? '';
    const warn = (reason: string, message: string): void => {
      warnings.push({ name: pod.metadata?.name ?? '', reason, message });
      setStatus(store, pod, { status: { phase: 'Pending' }, state: { waiting: { reason, message } } });
    };
    if (!IMAGE_NAME.test(image)) return warn('InvalidImageName', `couldn't parse image name "${image}"`);
    const imageId = await docker
      .getImage(image)
      .inspect()
      .then(
        ({ Id }) => Id,
        () => undefined,
      );
    if (imageId === undefined) return warn('ErrImagePull', `failed to pull image "${image}"`);
    const own = join(directory, uid);
    const terminationLog = join(own, 'termination-log');
    await mkdir(own, { recursive: true });
    await writeFile(terminationLog, '');
    await chmod(terminationLog, WRITABLE_BY_ALL);
    const network = await openPodNetwork({
      docker,
      image: NETWORK_IMAGE,
      hostname: pod.spec?.hostname ?? pod.metadata?.name ?? '',
      labels: { [label]: pod.metadata?.name ?? '' },
      directory: join(own, 'net'),
      route,
    });
    const node = { label, networkContainer: network.containerId, terminationLog };
    const options = containerOptions(pod, container, node);
    tamper(options);
    const made = await docker.createContainer(options);
    running.set(uid, { network, container: made });
    const exited = made.wait({ condition: 'next-exit' });
    exited.catch(() => undefined);
    try {
      await made.start();
    } catch (thrown) {
      return warn('RunContainerError', thrown instanceof Error ? thrown.message : String(thrown));
    }
    setStatus(store, pod, {
      status: { phase: 'Running', startTime: new Date() },
      state: { running: { startedAt: new Date() } },
      imageId,
    });
    limitTime(pod, made);
    void exited.then(
      ({ StatusCode: exitCode }: { StatusCode: number }) => settle(pod, exitCode),
      () => undefined,
    );
  };

  const settle = (pod: V1Pod, exitCode: number): void => {
    const phase = exitCode === 0 ? 'Succeeded' : 'Failed';
    setStatus(store, pod, {
      status: { phase },
      state: { terminated: { exitCode, reason: exitCode === 0 ? 'Completed' : 'Error' } },
    });
  };

  const limitTime = (pod: V1Pod, container: Container): void => {
    const seconds = pod.spec?.activeDeadlineSeconds;
    if (seconds === undefined) return;
    setTimeout(() => void container.kill().catch(() => undefined), seconds * 1_000).unref();
  };

  const discard = async (pod: V1Pod): Promise<void> => {
    const end = tidyUp(pod).finally(() => ending.delete(end));
    ending.add(end);
    await end;
  };

  const tidyUp = async (pod: V1Pod): Promise<void> => {
    const found = running.get(uidOf(pod));
    running.delete(uidOf(pod));
    await found?.container.remove({ force: true, v: true }).catch(() => undefined);
    await found?.network[Symbol.asyncDispose]();
    await rm(join(directory, uidOf(pod)), { recursive: true, force: true });
  };

  const taken = (): number =>
    store
      .list()
      .filter(({ spec }) => spec?.nodeName !== undefined)
      .reduce((sum, pod) => sum + cpusOf(pod), 0);

  return {
    run: async (pod) => {
      const fits = taken() + cpusOf(pod) <= cpus;
      store.update(pod, (stored) => schedule(stored, fits));
      if (!fits)
        return void warnings.push({
          name: pod.metadata?.name ?? '',
          reason: 'FailedScheduling',
          message: 'Insufficient cpu',
        });
      await start(pod).catch((thrown: unknown) => {
        warnings.push({ name: pod.metadata?.name ?? '', reason: 'FailedCreatePodSandBox', message: String(thrown) });
      });
      if (!store.list().some((stored) => stored.metadata?.uid === pod.metadata?.uid)) await discard(pod);
    },
    end: async (pod, graceSec) => {
      if (graceSec > 0) {
        await running
          .get(uidOf(pod))
          ?.container.stop({ t: graceSec })
          .catch(() => undefined);
        await discard(pod);
        return store.remove(pod);
      }
      store.remove(pod);
      await discard(pod);
    },
    containerOf: (pod) => running.get(uidOf(pod))?.container,
    warningsOf: (name) => warnings.filter((warning) => warning.name === name),
    holds: async (name) => {
      await Promise.all(ending);
      return (await docker.listContainers({ all: true, filters: { label: [`${label}=${name}`] } })).length > 0;
    },
    clear: async () => {
      await Promise.all(store.list().map(async (pod) => discard(pod)));
      const left = await docker.listContainers({ all: true, filters: { label: [label] } });
      await Promise.allSettled(left.map(({ Id }) => docker.getContainer(Id).remove({ force: true, v: true })));
    },
  };
}

function cpusOf(pod: V1Pod): number {
  return (pod.spec?.containers ?? []).reduce(
    (sum, { resources }) => sum + quantity(resources?.requests?.['cpu'] ?? '0'),
    0,
  );
}

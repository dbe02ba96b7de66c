import { networkInterfaces } from 'node:os';
import { join } from 'node:path';

/** Where everything of the test cluster is. Nothing is shared with an engine that runs on the machine already. */
export interface ClusterLayout {
  /** Programs of Kubernetes, as built. */
  readonly bin: string;
  /** Kept between runs: image layers. */
  readonly imageStore: string;
  /** Gone with the run: keys, state, logs. */
  readonly run: string;
  readonly logs: string;
  /** A socket path has to be short. */
  readonly containerdState: string;
  readonly containerdSocket: string;
  readonly kubeletRoot: string;
  readonly nodeAddress: string;
}

/** Name of the only node. */
export const NODE_NAME = 'node1';
/** Ports of this machine, all but the kubelet's on 127.0.0.1. */
export const PORTS = {
  etcd: 23790,
  etcdPeer: 23800,
  api: 16443,
  manager: 16257,
  scheduler: 16259,
  kubelet: 16250,
  kubeletHealth: 16248,
};
/** Addresses of pods and of services; nothing outside this machine sees them. */
export const POD_SUBNET = '10.213.77.0/24';
export const SERVICE_SUBNET = '10.213.78.0/24';
export const PAUSE_IMAGE = 'localhost/astraforge-pause:1';

/** Paths below the cache and below `run`, a new directory. Throws when the machine has no address besides loopback. */
export function clusterLayout(cache: string, run: string): ClusterLayout {
  const addresses = Object.values(networkInterfaces()).flatMap((found) => found ?? []);
  const node = addresses.find(({ family, internal }) => family === 'IPv4' && !internal);
  if (node === undefined) throw new Error('a kubelet needs an IPv4 address that is not loopback');
  const containerdState = '/run/astraforge-cluster';
  return {
    bin: join(cache, 'bin'),
    imageStore: join(cache, 'containerd'),
    run,
    logs: join(run, 'logs'),
    containerdState,
    containerdSocket: join(containerdState, 'containerd.sock'),
    kubeletRoot: join(run, 'kubelet'),
    nodeAddress: node.address,
  };
}

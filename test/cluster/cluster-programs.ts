import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { ClusterKeys } from './cluster-keys.ts';
import { NODE_NAME, PAUSE_IMAGE, POD_SUBNET, PORTS, SERVICE_SUBNET } from './cluster-layout.ts';
import type { ClusterLayout } from './cluster-layout.ts';

/** A program and its arguments; an option is left out when its value is empty. */
export type CommandLine = readonly [program: string, ...args: string[]];

/** Command lines of everything that runs, by name. */
export type ClusterPrograms = Readonly<
  Record<'etcd' | 'api' | 'manager' | 'scheduler' | 'containerd' | 'kubelet', CommandLine>
>;

const PODS_PIDS_MAX = 1_024;

/** Writes the configuration files and says how each program is started. */
export async function clusterPrograms(layout: ClusterLayout, keys: ClusterKeys): Promise<ClusterPrograms> {
  const { bin, run, nodeAddress } = layout;
  await Promise.all(
    [layout.logs, layout.kubeletRoot, join(run, 'cni')].map((path) => mkdir(path, { recursive: true })),
  );
  await writeFile(join(run, 'cni', '10-pods.conf'), JSON.stringify(podNetwork(run)));
  await writeFile(join(run, 'containerd.toml'), containerdConfiguration(layout));
  await writeFile(join(run, 'kubelet.yaml'), stringify(kubeletConfiguration(layout, keys)));
  const [client, peer] = [`http://127.0.0.1:${PORTS.etcd}`, `http://127.0.0.1:${PORTS.etcdPeer}`];
  const certificates = join(run, 'certificates');
  return {
    etcd: options('etcd', {
      'data-dir': join(run, 'etcd'),
      'listen-client-urls': client,
      'advertise-client-urls': client,
      'listen-peer-urls': peer,
      'initial-advertise-peer-urls': peer,
      'initial-cluster': `default=${peer}`,
      'unsafe-no-fsync': 'true',
    }),
    api: options(join(bin, 'kube-apiserver'), {
      'etcd-servers': client,
      'secure-port': String(PORTS.api),
      'bind-address': '127.0.0.1',
      'advertise-address': nodeAddress,
      'service-cluster-ip-range': SERVICE_SUBNET,
      'token-auth-file': keys.tokens,
      'authorization-mode': 'Node,RBAC',
      'enable-admission-plugins': 'NodeRestriction',
      'allow-privileged': 'false',
      'service-account-key-file': keys.serviceAccounts.public,
      'service-account-signing-key-file': keys.serviceAccounts.private,
      'service-account-issuer': 'https://cluster.invalid',
      'tls-cert-file': keys.api.cert,
      'tls-private-key-file': keys.api.key,
      'client-ca-file': keys.authority,
      'kubelet-client-certificate': keys.kubeletClient.cert,
      'kubelet-client-key': keys.kubeletClient.key,
      'kubelet-preferred-address-types': 'InternalIP',
      'cert-dir': certificates,
    }),
    manager: options(join(bin, 'kube-controller-manager'), {
      kubeconfig: keys.kubeconfig.manager,
      'service-account-private-key-file': keys.serviceAccounts.private,
      'root-ca-file': keys.authority,
      'use-service-account-credentials': 'true',
      'leader-elect': 'false',
      port: '0',
      'secure-port': String(PORTS.manager),
      'bind-address': '127.0.0.1',
      'cert-dir': certificates,
    }),
    scheduler: options(join(bin, 'kube-scheduler'), {
      kubeconfig: keys.kubeconfig.scheduler,
      'leader-elect': 'false',
      port: '0',
      'secure-port': String(PORTS.scheduler),
      'bind-address': '127.0.0.1',
      'cert-dir': certificates,
    }),
    containerd: ['containerd', '--config', join(run, 'containerd.toml')],
    kubelet: options(join(bin, 'kubelet'), {
      config: join(run, 'kubelet.yaml'),
      kubeconfig: keys.kubeconfig.node,
      'hostname-override': NODE_NAME,
      'container-runtime': 'remote',
      'container-runtime-endpoint': `unix://${layout.containerdSocket}`,
      'root-dir': layout.kubeletRoot,
      'cert-dir': join(run, 'kubelet-certificates'),
      'runtime-cgroups': '/',
      'kubelet-cgroups': '/',
    }),
  };
}

function options(program: string, named: Readonly<Record<string, string>>): CommandLine {
  return [program, ...Object.entries(named).map(([name, value]) => `--${name}=${value}`)];
}

/** One pair of interfaces per pod and no bridge, so that whatever a pod sends passes the host's filter. */
function podNetwork(run: string): unknown {
  const ipam = {
    type: 'host-local',
    subnet: POD_SUBNET,
    routes: [{ dst: '0.0.0.0/0' }],
    dataDir: join(run, 'addresses'),
  };
  return { cniVersion: '0.3.1', name: 'astraforge-cluster', type: 'ptp', ipMasq: false, ipam };
}

/** `restrict_oom_score_adj`: where this process may not lower the score, a pod would not start. */
function containerdConfiguration({ imageStore, containerdState, containerdSocket, run }: ClusterLayout): string {
  return `version = 2
root = "${imageStore}"
state = "${containerdState}"
[grpc]
  address = "${containerdSocket}"
[plugins."io.containerd.internal.v1.opt"]
  path = "${join(run, 'opt')}"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "${PAUSE_IMAGE}"
  restrict_oom_score_adj = true
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "/usr/lib/cni"
    conf_dir = "${join(run, 'cni')}"
  [plugins."io.containerd.grpc.v1.cri".containerd]
    snapshotter = "overlayfs"
    default_runtime_name = "runc"
    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
      runtime_type = "io.containerd.runc.v2"
`;
}

/** Memory volumes are bounded by their `sizeLimit` only with the gate, which is off in this release. */
function kubeletConfiguration({ nodeAddress }: ClusterLayout, keys: ClusterKeys): unknown {
  return {
    kind: 'KubeletConfiguration',
    apiVersion: 'kubelet.config.k8s.io/v1beta1',
    address: nodeAddress,
    port: PORTS.kubelet,
    readOnlyPort: 0,
    healthzPort: PORTS.kubeletHealth,
    authentication: {
      anonymous: { enabled: false },
      webhook: { enabled: false },
      x509: { clientCAFile: keys.authority },
    },
    authorization: { mode: 'AlwaysAllow' },
    cgroupDriver: 'cgroupfs',
    enforceNodeAllocatable: [],
    failSwapOn: false,
    podPidsLimit: PODS_PIDS_MAX,
    evictionHard: { 'memory.available': '100Mi', 'nodefs.available': '1%', 'imagefs.available': '1%' },
    imageGCHighThresholdPercent: 100,
    clusterDNS: [],
    makeIPTablesUtilChains: false,
    featureGates: { SizeMemoryBackedVolumes: true },
  };
}

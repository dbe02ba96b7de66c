import { CoreV1Api, KubeConfig } from '@kubernetes/client-node';
import type { Provisioner } from '#core/ports/provisioner.ts';
import { createKubernetesProvisioner } from '../../sandbox/kubernetes.ts';
import type { KubernetesSettings } from '../../sandbox/kubernetes.ts';
import { openNetworkStands } from '../fakes/kubernetes/network-stand.ts';
import type { ProvisionerSubject } from '../sandbox/guest-scene.ts';
import { kubernetesSettings } from '../sandbox/open-kubernetes.ts';

/** Where the suites find the cluster that `main.ts` started. */
export interface ClusterAccess {
  /** Of the service account that the manifests make. */
  readonly kubeconfigPath: string;
  /** Of somebody who may do everything. */
  readonly adminPath: string;
  readonly namespace: string;
  readonly admin: CoreV1Api;
  /** Address of the Service inside the cluster, and port of this machine behind it. */
  readonly gateway: { readonly host: string; readonly port: number; readonly localPort: number };
}

/** Reads what `main.ts` left in the environment; throws when it did not start this. */
export function clusterAccess(): ClusterAccess {
  const read = (name: string): string => {
    const value = process.env[name];
    if (value === undefined) throw new Error(`${name} is not set; use npm run test:cluster`);
    return value;
  };
  const config = new KubeConfig();
  const adminPath = read('CLUSTER_ADMIN_KUBECONFIG');
  config.loadFromFile(adminPath);
  return {
    adminPath,
    namespace: 'astraforge-workspaces',
    kubeconfigPath: read('CLUSTER_KUBECONFIG'),
    admin: config.makeApiClient(CoreV1Api),
    gateway: { host: read('CLUSTER_GATEWAY'), port: 8443, localPort: Number(read('CLUSTER_GATEWAY_PORT')) },
  };
}

/** The provisioner with the rights of the service account, on the real cluster. */
export async function openCluster(more: Partial<KubernetesSettings> = {}): Promise<ProvisionerSubject> {
  const { kubeconfigPath, admin, gateway } = clusterAccess();
  const settings = kubernetesSettings({ kubeconfigPath, ...more });
  const stands = await openNetworkStands('0.0.0.0', gateway.localPort);
  const provisioner: Provisioner & AsyncDisposable = createKubernetesProvisioner(settings);
  return {
    provisioner,
    openDoors: async () => stands.open({ host: gateway.host, port: gateway.port }),
    hasTraces: ({ id: name }) =>
      admin.readNamespacedPod({ namespace: settings.namespace, name }).then(
        () => true,
        () => false,
      ),
    [Symbol.asyncDispose]: async () => {
      await provisioner[Symbol.asyncDispose]();
      await stands[Symbol.asyncDispose]();
    },
  };
}

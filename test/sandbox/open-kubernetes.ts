import { randomUUID } from 'node:crypto';
import type { Provisioner } from '#core/ports/provisioner.ts';
import { createKubernetesProvisioner } from '../../sandbox/kubernetes.ts';
import type { KubernetesSettings } from '../../sandbox/kubernetes.ts';
import { SandboxOptions } from '../../sandbox/limits.ts';
import type { KubernetesVersion } from '../fakes/kubernetes/discovery.ts';
import { openNetworkStands } from '../fakes/kubernetes/network-stand.ts';
import { startKubernetes } from '../fakes/kubernetes/start-kubernetes.ts';
import type { KubernetesOptions, KubernetesStandIn } from '../fakes/kubernetes/start-kubernetes.ts';
import type { ProvisionerSubject } from './guest-scene.ts';

/** Where pods of the stand-in find the gateway. */
const GATEWAY = { host: '127.84.43.1', port: 8443 };
const MEBIBYTE = 1024 * 1024;

/** Settings for tests: small pods, of an installation of their own. */
export function kubernetesSettings(more: Pick<KubernetesSettings, 'kubeconfigPath'> & Partial<KubernetesSettings>) {
  const { CODEX_WORKSPACE_IMAGE: image } = SandboxOptions.parse({});
  return {
    namespace: 'astraforge-workspaces',
    instance: `test-${randomUUID()}`,
    image,
    imagesAllowed: [],
    memoryBytes: 512 * MEBIBYTE,
    cpus: 0.5,
    workspaceBytes: 64 * MEBIBYTE,
    secondsMax: 3_600,
    serviceAccount: 'astraforge-workspace',
    runtimeClass: null,
    kernel: 'linux',
    userNamespaces: 'auto',
    poolSize: 0,
    onProgress: () => undefined,
    ...more,
  } satisfies KubernetesSettings;
}

/** A provisioner of the service account's rights on a stand-in of its own. */
export interface KubernetesSubject extends ProvisionerSubject {
  readonly standIn: KubernetesStandIn;
  /** Another provisioner on the same cluster. */
  provisionerWith(more: Partial<KubernetesSettings>): Provisioner & AsyncDisposable;
}

/** Pods on this machine's engine, behind an API server that acts like the given release. */
export async function openKubernetes(
  version: KubernetesVersion,
  more: Partial<KubernetesOptions> = {},
): Promise<KubernetesSubject> {
  const stands = await openNetworkStands('127.0.0.1');
  const route = { address: GATEWAY.host, port: GATEWAY.port, target: () => ({ host: '127.0.0.1', port: stands.port }) };
  const standIn = await startKubernetes({ version, route, ...more });
  const provisionerWith = (settings: Partial<KubernetesSettings>): Provisioner & AsyncDisposable =>
    createKubernetesProvisioner(kubernetesSettings({ kubeconfigPath: standIn.kubeconfig.operator, ...settings }));
  const provisioner = provisionerWith({});
  return {
    standIn,
    provisionerWith,
    provisioner,
    openDoors: async () => stands.open(GATEWAY),
    hasTraces: (guest) => standIn.holds(guest.id),
    [Symbol.asyncDispose]: async () => {
      await provisioner[Symbol.asyncDispose]();
      await standIn[Symbol.asyncDispose]();
      await stands[Symbol.asyncDispose]();
    },
  };
}

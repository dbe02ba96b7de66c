import { KubernetesObjectApi, PatchStrategy } from '@kubernetes/client-node';
import type { CoreV1Api, KubeConfig } from '@kubernetes/client-node';
import { readManifests } from '../fakes/kubernetes/manifests.ts';

const ALREADY_EXISTS = 409;
const TOKEN_SECONDS = 7_200;

/** Does what `kubectl apply -k deploy/k8s/base` does on an empty cluster. */
export async function applyManifests(config: KubeConfig): Promise<void> {
  const api = KubernetesObjectApi.makeApiClient(config);
  for (const { object } of readManifests('base')) {
    await api.create(object).catch(async (thrown: unknown) => {
      const exists =
        typeof thrown === 'object' && thrown !== null && 'code' in thrown && thrown.code === ALREADY_EXISTS;
      if (!exists) throw thrown;
      await api.patch(object, undefined, undefined, undefined, undefined, PatchStrategy.MergePatch);
    });
  }
}

/** A token with which a client is that service account for two hours. */
export async function serviceAccountToken(core: CoreV1Api, namespace: string, name: string): Promise<string> {
  const body = {
    apiVersion: 'authentication.k8s.io/v1',
    kind: 'TokenRequest',
    spec: { audiences: [], expirationSeconds: TOKEN_SECONDS },
  };
  const answer = await core.createNamespacedServiceAccountToken({ namespace, name, body });
  const token = answer.status?.token;
  if (token === undefined) throw new Error(`no token for service account ${namespace}/${name}`);
  return token;
}

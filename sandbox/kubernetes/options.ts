import { z } from 'zod';

const SECONDS_PER_HOUR = 3_600;
/** A name of a Kubernetes object (RFC 1123 label, Kubernetes documentation "Object Names and IDs"). */
const Name = z
  .string()
  .max(63)
  .regex(/^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?$/, { error: 'must be a name as Kubernetes has them' });

/** Variables of PROVISIONER=k8s, in the sandbox ring's slice of the environment. */
export const KubernetesOptions = z.object({
  KUBECONFIG: z
    .string()
    .startsWith('/')
    .optional()
    .describe(
      'Kubernetes client configuration, one file. Unset: the service account of the pod that the sandbox runs in.',
    ),
  SANDBOX_K8S_NAMESPACE: Name.default('astraforge-workspaces').describe(
    'Namespace of the workspaces, which holds nothing else; see deploy/k8s/base.',
  ),
  SANDBOX_K8S_SERVICE_ACCOUNT: Name.default('astraforge-workspace').describe(
    'Service account of the workspaces; no token of it is mounted. Secrets for pulling images are attached to it.',
  ),
  SANDBOX_K8S_RUNTIME_CLASS: Name.optional().describe(
    'RuntimeClass of the workspaces. Unset: gvisor when SANDBOX_PROFILE is strong, otherwise what the nodes use.',
  ),
  SANDBOX_K8S_USER_NAMESPACES: z
    .enum(['auto', 'on', 'off'])
    .default('auto')
    .describe(
      'Whether users in a workspace are others outside (hostUsers: false); auto: from Kubernetes 1.36 on, where every node can.',
    ),
  SANDBOX_K8S_POD_SECONDS_MAX: z.coerce
    .number()
    .int()
    .min(SECONDS_PER_HOUR)
    .default(12 * SECONDS_PER_HOUR)
    .describe(
      'Seconds after which the cluster ends a workspace, whatever became of its owner; warm ones wait that long too.',
    ),
});
export type KubernetesOptions = z.infer<typeof KubernetesOptions>;

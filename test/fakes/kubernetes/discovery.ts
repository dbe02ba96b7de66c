/** Release a stand-in pretends to be: the last before WebSocket streams could be half-closed, or a current one. */
export type KubernetesVersion = '1.20' | '1.36';

/** What of a release matters here. */
export interface VersionFacts {
  readonly major: string;
  readonly minor: string;
  readonly gitVersion: string;
  /** Newest first; 1.30 brought v5 (KEP-4006). */
  readonly channels: readonly string[];
  /** Since 1.35 a WebSocket into a pod needs `create` besides `get` (AuthorizePodWebsocketUpgradeCreatePermission). */
  readonly execNeedsCreate: boolean;
}

export const VERSIONS: Readonly<Record<KubernetesVersion, VersionFacts>> = {
  '1.20': {
    major: '1',
    minor: '20',
    gitVersion: 'v1.20.2',
    channels: ['v4.channel.k8s.io'],
    execNeedsCreate: false,
  },
  '1.36': {
    major: '1',
    minor: '36',
    gitVersion: 'v1.36.0',
    channels: ['v5.channel.k8s.io', 'v4.channel.k8s.io'],
    execNeedsCreate: true,
  },
};

const POD_VERBS = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'watch'];

/** Answers by path that every client may have: what the server is and serves. */
export function discovery({ major, minor, gitVersion }: VersionFacts): Readonly<Record<string, unknown>> {
  const group = { groupVersion: 'authorization.k8s.io/v1', version: 'v1' };
  const resource = (name: string, kind: string, verbs: readonly string[]): unknown => ({
    name,
    kind,
    verbs,
    namespaced: true,
    singularName: name.includes('/') ? '' : name.slice(0, -1),
    ...(name === 'pods' ? { shortNames: ['po'], categories: ['all'] } : {}),
  });
  return {
    '/version': { major, minor, gitVersion, gitCommit: '', gitTreeState: '', buildDate: '', platform: 'linux/amd64' },
    '/api': { kind: 'APIVersions', versions: ['v1'], serverAddressByClientCIDRs: [] },
    '/apis': {
      kind: 'APIGroupList',
      apiVersion: 'v1',
      groups: [{ name: 'authorization.k8s.io', versions: [group], preferredVersion: group }],
    },
    '/api/v1': {
      kind: 'APIResourceList',
      groupVersion: 'v1',
      resources: [
        resource('pods', 'Pod', POD_VERBS),
        resource('pods/exec', 'PodExecOptions', ['create', 'get']),
        resource('pods/attach', 'PodAttachOptions', ['create', 'get']),
        resource('pods/log', 'Pod', ['get']),
        resource('events', 'Event', ['list']),
        { ...Object(resource('namespaces', 'Namespace', ['get'])), namespaced: false },
      ],
    },
    '/apis/authorization.k8s.io/v1': {
      kind: 'APIResourceList',
      groupVersion: group.groupVersion,
      resources: [
        { ...Object(resource('selfsubjectaccessreviews', 'SelfSubjectAccessReview', ['create'])), namespaced: false },
      ],
    },
    '/openapi/v3': { paths: { 'api/v1': { serverRelativeURL: '/openapi/v3/api/v1' } } },
    '/openapi/v3/api/v1': podOpenApi(),
  };
}

/** As much of the document as tells kubectl that the server judges fields itself. */
function podOpenApi(): unknown {
  const kind = { group: '', kind: 'Pod', version: 'v1' };
  const parameters = [{ name: 'fieldValidation', in: 'query', schema: { type: 'string', uniqueItems: true } }];
  const operation = { 'x-kubernetes-group-version-kind': kind, parameters, responses: {} };
  return {
    openapi: '3.0.0',
    info: { title: 'Kubernetes', version: 'stand-in' },
    paths: {
      '/api/v1/namespaces/{namespace}/pods': { post: { ...operation, 'x-kubernetes-action': 'post' } },
      '/api/v1/namespaces/{namespace}/pods/{name}': { patch: { ...operation, 'x-kubernetes-action': 'patch' } },
    },
    components: { schemas: {} },
  };
}

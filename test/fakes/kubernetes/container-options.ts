import type { ContainerCreateOptions } from 'dockerode';
import type { V1Container, V1Pod } from '@kubernetes/client-node';
import { quantity } from './admit-pod.ts';

/** What a node adds to a pod's specification. */
export interface NodeSide {
  /** Label by which the containers of one stand-in are found. */
  readonly label: string;
  readonly networkContainer: string;
  /** File of the node that the kubelet shows as `/dev/termination-log`, writable for everyone. */
  readonly terminationLog: string;
}

/** `podPidsLimit` of the node. */
const POD_PIDS_MAX = 1_024;
const NANO = 1e9;

type HostConfig = NonNullable<ContainerCreateOptions['HostConfig']> & { readonly CgroupnsMode: 'private' };

/**
 * What a kubelet and its runtime would make of the first container of an admitted pod, as options of a local one. Only the
 * score for the kernel's out-of-memory killer is left out: lowering it takes a right that not every engine has.
 */
export function containerOptions(pod: V1Pod, container: V1Container, node: NodeSide): ContainerCreateOptions {
  const context = { ...pod.spec?.securityContext, ...container.securityContext };
  const { runAsUser, runAsGroup = 0 } = context;
  return {
    Image: container.image ?? '',
    ...(container.command === undefined ? {} : { Entrypoint: container.command }),
    ...((container.args ?? (container.command === undefined ? undefined : [])) === undefined
      ? {}
      : { Cmd: container.args ?? [] }),
    Env: [...serviceVariables(), ...(container.env ?? []).map(({ name, value }) => `${name}=${value ?? ''}`)],
    ...(container.workingDir === undefined ? {} : { WorkingDir: container.workingDir }),
    ...(runAsUser === undefined ? {} : { User: `${runAsUser}:${runAsGroup}` }),
    OpenStdin: container.stdin === true,
    StdinOnce: container.stdinOnce === true,
    Tty: container.tty === true,
    Labels: { [node.label]: pod.metadata?.name ?? '' },
    HostConfig: hostConfig(pod, container, node),
  };
}

function hostConfig(pod: V1Pod, container: V1Container, node: NodeSide): HostConfig {
  const context = { ...pod.spec?.securityContext, ...container.securityContext };
  const { cpu, memory } = container.resources?.limits ?? {};
  const bytes = memory === undefined ? undefined : quantity(memory);
  return {
    NetworkMode: `container:${node.networkContainer}`,
    IpcMode: 'private',
    CgroupnsMode: 'private',
    ReadonlyRootfs: context.readOnlyRootFilesystem === true,
    CapDrop: context.capabilities?.drop ?? [],
    CapAdd: context.capabilities?.add ?? [],
    SecurityOpt: context.allowPrivilegeEscalation === false ? ['no-new-privileges:true'] : [],
    PidsLimit: POD_PIDS_MAX,
    ...(bytes === undefined ? {} : { Memory: bytes, MemorySwap: bytes }),
    ...(cpu === undefined ? {} : { NanoCpus: Math.round(quantity(cpu) * NANO) }),
    Mounts: [
      { Type: 'bind', Source: node.terminationLog, Target: '/dev/termination-log' },
      ...(container.volumeMounts ?? []).map(({ name, mountPath }) => emptyDirectory(pod, name, mountPath)),
    ],
  };
}

/** The addresses of the API server that every pod is given, whether it wants service links or not. */
function serviceVariables(): string[] {
  return ['KUBERNETES_SERVICE_HOST=10.96.0.1', 'KUBERNETES_SERVICE_PORT=443', 'KUBERNETES_PORT=tcp://10.96.0.1:443'];
}

type Mount = NonNullable<HostConfig['Mounts']>[number];

/** An `emptyDir` in memory belongs to root, everyone may write to it, and it is neither nosuid nor noexec (as measured). */
function emptyDirectory(pod: V1Pod, name: string, mountPath: string): Mount {
  const directory = pod.spec?.volumes?.find((volume) => volume.name === name)?.emptyDir;
  if (directory?.medium !== 'Memory') return { Type: 'volume', Source: '', Target: mountPath };
  const size = directory.sizeLimit === undefined ? '' : `,size=${quantity(directory.sizeLimit)}`;
  const options = { type: 'tmpfs', device: 'tmpfs', o: `mode=1777${size}` };
  return {
    Type: 'volume',
    Source: '',
    Target: mountPath,
    VolumeOptions: { NoCopy: true, Labels: {}, DriverConfig: { Name: 'local', Options: options } },
  };
}

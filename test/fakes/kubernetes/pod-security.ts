import type { V1Container, V1Pod, V1PodSpec, V1SecurityContext } from '@kubernetes/client-node';

/** One control of the Pod Security Standards: what it is called and where a pod breaks it. */
interface Control {
  readonly name: string;
  readonly breaks: (spec: V1PodSpec, pod: V1Pod) => readonly string[];
}

const VOLUMES = [
  'configMap',
  'csi',
  'downwardAPI',
  'emptyDir',
  'ephemeral',
  'persistentVolumeClaim',
  'projected',
  'secret',
];
const SAFE_SYSCTLS = [
  'kernel.shm_rmid_forced',
  'net.ipv4.ip_local_port_range',
  'net.ipv4.ip_unprivileged_port_start',
  'net.ipv4.tcp_syncookies',
  'net.ipv4.ping_group_range',
  'net.ipv4.ip_local_reserved_ports',
  'net.ipv4.tcp_keepalive_time',
  'net.ipv4.tcp_fin_timeout',
  'net.ipv4.tcp_keepalive_intvl',
  'net.ipv4.tcp_keepalive_probes',
];
const SELINUX_TYPES = ['container_t', 'container_init_t', 'container_kvm_t', 'container_engine_t'];
const SECCOMP_PROFILES = ['RuntimeDefault', 'Localhost'];

const containersOf = (
  spec: V1PodSpec,
): (Pick<V1Container, 'name' | 'ports'> & { securityContext?: V1SecurityContext })[] => [
  ...(spec.initContainers ?? []),
  ...spec.containers,
  ...(spec.ephemeralContainers ?? []),
];
const everyContainer =
  (broken: (context: V1SecurityContext, spec: V1PodSpec) => boolean): Control['breaks'] =>
  (spec) =>
    containersOf(spec)
      .filter(({ securityContext }) => broken(securityContext ?? {}, spec))
      .map(({ name }) => `container "${name}"`);
const wholePod =
  (broken: (spec: V1PodSpec, pod: V1Pod) => boolean): Control['breaks'] =>
  (spec, pod) =>
    broken(spec, pod) ? ['pod'] : [];

/**
 * The "restricted" profile with the "baseline" it contains, control by control, as published (Kubernetes documentation,
 * "Pod Security Standards"). Windows and the annotations of releases before 1.19 are left out.
 */
const CONTROLS: readonly Control[] = [
  { name: 'hostNamespaces', breaks: wholePod((s) => [s.hostNetwork, s.hostPID, s.hostIPC].includes(true)) },
  { name: 'privileged', breaks: everyContainer((c) => c.privileged === true) },
  {
    name: 'hostPorts',
    breaks: (s) =>
      containersOf(s)
        .filter((c) => c.ports?.some((port) => port.hostPort))
        .map((c) => `container "${c.name}"`),
  },
  {
    name: 'appArmorProfile',
    breaks: (s, pod) => [
      ...everyContainer((c) => c.appArmorProfile?.type === 'Unconfined')(s, pod),
      ...wholePod((spec) => spec.securityContext?.appArmorProfile?.type === 'Unconfined')(s, pod),
    ],
  },
  {
    name: 'seLinuxOptions',
    breaks: everyContainer((c, s) =>
      [c.seLinuxOptions, s.securityContext?.seLinuxOptions].some(
        (o) => o !== undefined && (o.user || o.role || (o.type && !SELINUX_TYPES.includes(o.type))),
      ),
    ),
  },
  { name: 'procMount', breaks: everyContainer((c) => ![undefined, 'Default'].includes(c.procMount)) },
  {
    name: 'sysctls',
    breaks: wholePod((s) => (s.securityContext?.sysctls ?? []).some(({ name }) => !SAFE_SYSCTLS.includes(name))),
  },
  {
    name: 'restrictedVolumes',
    breaks: (s) =>
      (s.volumes ?? [])
        .filter((volume) => Object.keys(volume).some((key) => key !== 'name' && !VOLUMES.includes(key)))
        .map(({ name }) => `volume "${name}"`),
  },
  { name: 'allowPrivilegeEscalation', breaks: everyContainer((c) => c.allowPrivilegeEscalation !== false) },
  {
    name: 'runAsNonRoot',
    breaks: everyContainer((c, s) => (c.runAsNonRoot ?? s.securityContext?.runAsNonRoot) !== true),
  },
  { name: 'runAsUser', breaks: everyContainer((c, s) => (c.runAsUser ?? s.securityContext?.runAsUser) === 0) },
  {
    name: 'seccompProfile',
    breaks: everyContainer((c, s) => {
      const profile = c.seccompProfile ?? s.securityContext?.seccompProfile;
      return !SECCOMP_PROFILES.includes(profile?.type ?? 'Unconfined');
    }),
  },
  {
    name: 'unrestrictedCapabilities',
    breaks: everyContainer(
      ({ capabilities }) =>
        !capabilities?.drop?.includes('ALL') || (capabilities.add ?? []).some((name) => name !== 'NET_BIND_SERVICE'),
    ),
  },
];

/** Names of all controls, so that a test can show that each one catches something. */
export const RESTRICTED_CONTROLS: readonly string[] = CONTROLS.map(({ name }) => name);

/** What of the restricted profile a pod breaks: the control, and where. Empty when it keeps to it. */
export function restrictedViolations(pod: V1Pod): { control: string; where: readonly string[] }[] {
  const { spec } = pod;
  if (spec === undefined) return [];
  return CONTROLS.map(({ name, breaks }) => ({ control: name, where: breaks(spec, pod) })).filter(
    ({ where }) => where.length > 0,
  );
}

import type { V1Pod } from '@kubernetes/client-node';
import { describe, expect, test } from 'vitest';
import { OWN_IMAGE } from '../../../sandbox/limits.ts';
import { podFor, readLabels, runLabels } from '../../../sandbox/kubernetes/pod.ts';
import type { PodLimits } from '../../../sandbox/kubernetes/pod.ts';
import { admitPod } from '../../fakes/kubernetes/admit-pod.ts';
import { RESTRICTED_CONTROLS, restrictedViolations } from '../../fakes/kubernetes/pod-security.ts';
import { unknownFields } from '../../fakes/kubernetes/unknown-fields.ts';

const LIMITS: PodLimits = {
  instance: 'default',
  memoryBytes: 2 * 1024 ** 3,
  cpus: 1.5,
  workspaceBytes: 1024 ** 3,
  secondsMax: 3_600,
  serviceAccount: 'astraforge-workspace',
  runtimeClass: null,
  kernel: 'linux',
  userNamespaces: false,
};
const ADMISSION = { namespace: 'astraforge-workspaces', runtimeClasses: ['gvisor'], enforcesRestricted: true };
const run = { runId: 'run_1', epoch: 7 };

const ours = (more: Partial<PodLimits> = {}): V1Pod =>
  podFor({ name: 'astraforge-1', run }, 'image', { ...LIMITS, ...more });

/** One change to a pod for each control of the restricted profile, which has to be noticed by that control. */
const BREAKS: Readonly<Record<string, (spec: NonNullable<V1Pod['spec']>) => void>> = {
  hostNamespaces: (spec) => void (spec.hostPID = true),
  privileged: (spec) => change(spec, { privileged: true }),
  hostPorts: (spec) => spec.containers.forEach((container) => (container.ports = [{ containerPort: 1, hostPort: 1 }])),
  appArmorProfile: (spec) => change(spec, { appArmorProfile: { type: 'Unconfined' } }),
  seLinuxOptions: (spec) => change(spec, { seLinuxOptions: { type: 'spc_t' } }),
  procMount: (spec) => change(spec, { procMount: 'Unmasked' }),
  sysctls: (spec) =>
    void (spec.securityContext = { ...spec.securityContext, sysctls: [{ name: 'kernel.msgmax', value: '1' }] }),
  restrictedVolumes: (spec) => spec.volumes?.push({ name: 'host', hostPath: { path: '/' } }),
  allowPrivilegeEscalation: (spec) => change(spec, { allowPrivilegeEscalation: true }),
  runAsNonRoot: (spec) => change(spec, { runAsNonRoot: false }),
  runAsUser: (spec) => change(spec, { runAsUser: 0 }),
  seccompProfile: (spec) => change(spec, { seccompProfile: { type: 'Unconfined' } }),
  unrestrictedCapabilities: (spec) => change(spec, { capabilities: { drop: ['ALL'], add: ['NET_RAW'] } }),
};

function change(
  spec: NonNullable<V1Pod['spec']>,
  context: NonNullable<V1Pod['spec']>['containers'][number]['securityContext'],
): void {
  for (const container of spec.containers) container.securityContext = { ...container.securityContext, ...context };
}

describe('a pod of ours', () => {
  test.each([[{}], [{ runtimeClass: 'gvisor' }], [{ userNamespaces: true }]])(
    'fits the schema of Kubernetes and the restricted profile, and has no field that Kubernetes does not know: %j',
    (more) => {
      expect(unknownFields(ours(more), 'V1Pod')).toEqual([]);
      expect(() => admitPod(ours(more), ADMISSION)).not.toThrow();
    },
  );

  test('is refused in a cluster without the runtime class that it asks for', () => {
    expect(() => admitPod(ours({ runtimeClass: 'kata' }), ADMISSION)).toThrow(/RuntimeClass "kata" not found/);
  });

  test.each(RESTRICTED_CONTROLS)('breaks the restricted profile as soon as %s is loosened', (control) => {
    const pod = ours();
    if (pod.spec !== undefined) BREAKS[control]?.(pod.spec);
    expect(restrictedViolations(pod).map((violation) => violation.control)).toEqual([control]);
  });

  test('has what the restricted profile leaves open', () => {
    const { spec } = ours();
    expect(spec).toMatchObject({
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      restartPolicy: 'Never',
      activeDeadlineSeconds: 3_600,
      dnsPolicy: 'None',
      hostname: 'guest',
      securityContext: { runAsUser: 10_001, runAsGroup: 10_001 },
    });
    const [container] = spec?.containers ?? [];
    expect(container?.securityContext?.readOnlyRootFilesystem).toBe(true);
    expect(container?.resources?.requests).toEqual(container?.resources?.limits);
    expect(Object.keys(container?.resources?.limits ?? {})).toEqual(['cpu', 'memory', 'ephemeral-storage']);
    expect(spec?.volumes).toHaveLength(3);
    for (const { emptyDir } of spec?.volumes ?? [])
      expect([emptyDir?.medium, Number(emptyDir?.sizeLimit) > 0]).toEqual(['Memory', true]);
    expect(container?.volumeMounts?.map(({ mountPath }) => mountPath)).toEqual(['/workspace', '/home/agent', '/tmp']);
    expect([container?.env, container?.envFrom, spec?.imagePullSecrets]).toEqual([undefined, undefined, undefined]);
  });

  test('carries its run, and one that waits carries none', () => {
    expect(readLabels(ours())).toEqual(run);
    expect(readLabels(podFor({ name: 'astraforge-2' }, 'image', LIMITS))).toBeNull();
    expect(() => runLabels({ runId: 'not a label', epoch: 1 })).toThrow(/label/);
  });
});

test('our own image name is never pulled, any other is when a node lacks it', () => {
  const policyOf = (image: string) => podFor({ name: 'p', run }, image, LIMITS).spec?.containers[0]?.imagePullPolicy;
  expect([policyOf(OWN_IMAGE), policyOf('registry.example/room@sha256:1')]).toEqual(['Never', 'IfNotPresent']);
});

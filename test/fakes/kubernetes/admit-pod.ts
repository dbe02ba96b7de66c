import { randomUUID } from 'node:crypto';
import type { V1Pod } from '@kubernetes/client-node';
import { Pod } from 'kubernetes-models/v1';
import { ApiRefusal, forbidden, unprocessable } from './api-status.ts';
import { restrictedViolations } from './pod-security.ts';

const DNS_NAME = /^[a-z0-9](?:[-a-z0-9.]{0,251}[a-z0-9])?$/;
const LABEL_VALUE = /^(?:[A-Za-z0-9](?:[A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?)?$/;

/** What the namespace asks of a pod. */
export interface Admission {
  readonly namespace: string;
  /** RuntimeClass objects of the cluster. */
  readonly runtimeClasses: readonly string[];
  readonly enforcesRestricted: boolean;
}

/**
 * A pod as it would be stored, or the refusal of the real server: 400 for what does not fit the schema that the Kubernetes
 * OpenAPI document describes, 422 for what the schema cannot say, 403 for the restricted profile and unknown runtime classes.
 */
export function admitPod(body: unknown, admission: Admission): V1Pod {
  const pod = structuredClone(fitSchema(body));
  const name = pod.metadata?.name ?? '';
  const faults = semanticFaults(pod);
  if (faults.length > 0) throw unprocessable(`Pod "${name}"`, faults);
  const runtimeClass = pod.spec?.runtimeClassName;
  if (runtimeClass !== undefined && !admission.runtimeClasses.includes(runtimeClass))
    throw forbidden(`pods "${name}" is forbidden: pod rejected: RuntimeClass "${runtimeClass}" not found`);
  const violations = admission.enforcesRestricted ? restrictedViolations(pod) : [];
  if (violations.length > 0) {
    const list = violations.map(({ control, where }) => `${control} (${where.join(', ')})`).join(', ');
    throw forbidden(`pods "${name}" is forbidden: violates PodSecurity "restricted:latest": ${list}`);
  }
  pod.metadata = { ...pod.metadata, namespace: admission.namespace, uid: randomUUID() };
  pod.status = { phase: 'Pending' };
  return pod;
}

function fitSchema(body: unknown): V1Pod {
  if (typeof body !== 'object' || body === null) throw new ApiRefusal(400, 'BadRequest', 'the body is no object');
  try {
    new Pod(body).validate();
    return body;
  } catch (thrown) {
    const what = thrown instanceof Error ? thrown.message : String(thrown);
    throw new ApiRefusal(400, 'BadRequest', `Pod in version "v1" cannot be handled as a Pod: ${what}`);
  }
}

function semanticFaults({ metadata, spec }: V1Pod): string[] {
  const faults: string[] = [];
  const check = (holds: boolean, fault: string): void => void (holds || faults.push(fault));
  check(DNS_NAME.test(metadata?.name ?? ''), 'metadata.name: must be a DNS-1123 subdomain');
  for (const [key, value] of Object.entries(metadata?.labels ?? {}))
    check(LABEL_VALUE.test(value), `metadata.labels[${key}]: must be a label value`);
  check((spec?.containers.length ?? 0) > 0, 'spec.containers: Required value');
  check(
    spec?.dnsPolicy !== 'None' || (spec.dnsConfig?.nameservers?.length ?? 0) > 0,
    'spec.dnsConfig.nameservers: Required value',
  );
  const volumes = new Set((spec?.volumes ?? []).map(({ name }) => name));
  for (const { name, volumeMounts, resources, image } of spec?.containers ?? []) {
    check(Boolean(image), `spec.containers[${name}].image: Required value`);
    for (const mount of volumeMounts ?? []) check(volumes.has(mount.name), `volumeMounts: "${mount.name}" not found`);
    for (const [kind, amount] of Object.entries(resources?.requests ?? {})) {
      const limit = resources?.limits?.[kind];
      check(limit === undefined || quantity(amount) <= quantity(limit), `requests.${kind}: must not exceed the limit`);
    }
  }
  return faults;
}

const UNITS: Readonly<Record<string, number>> = {
  '': 1,
  m: 1e-3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  Ki: 1024,
  Mi: 1024 ** 2,
  Gi: 1024 ** 3,
};

/** A resource quantity such as `500m` or `1Gi` as a number. */
export function quantity(text: string): number {
  const [, digits, unit] = /^([0-9.]+)([a-zA-Z]*)$/.exec(text) ?? [];
  const factor = UNITS[unit ?? ''];
  if (digits === undefined || factor === undefined) throw new ApiRefusal(400, 'BadRequest', `quantity ${text}`);
  return Number(digits) * factor;
}

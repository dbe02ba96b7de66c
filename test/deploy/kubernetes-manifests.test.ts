import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import * as admissionModels from 'kubernetes-models/admissionregistration.k8s.io/v1';
import * as coreModels from 'kubernetes-models/v1';
import * as networkModels from 'kubernetes-models/networking.k8s.io/v1';
import * as rbacModels from 'kubernetes-models/rbac.authorization.k8s.io/v1';
import { describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { PERMISSIONS } from '../../sandbox/kubernetes.ts';
import { grantsOf } from '../fakes/kubernetes/authorise.ts';
import { manifestDirectory, readManifests } from '../fakes/kubernetes/manifests.ts';
import type { Manifest } from '../fakes/kubernetes/manifests.ts';
import { unknownFields } from '../fakes/kubernetes/unknown-fields.ts';
import { describeWith } from '../services/describe-with.ts';

const MODELS: Readonly<Record<string, object>> = {
  v1: coreModels,
  'networking.k8s.io/v1': networkModels,
  'rbac.authorization.k8s.io/v1': rbacModels,
  'admissionregistration.k8s.io/v1': admissionModels,
};
const everything = [...readManifests('base'), ...readManifests('admission')].map(({ object }) => object);
const WORKSPACES = 'astraforge-workspaces';

/** Throws what the schema of Kubernetes has against an object. */
function fitSchema(object: Manifest): void {
  const model: unknown = Object.getOwnPropertyDescriptor(MODELS[object.apiVersion] ?? {}, object.kind)?.value;
  if (typeof model !== 'function') throw new Error(`no schema for ${object.apiVersion} ${object.kind}`);
  const made: unknown = Reflect.construct(model, [object]);
  if (typeof made !== 'object' || made === null || !('validate' in made) || typeof made.validate !== 'function')
    throw new Error(`the schema of ${object.kind} cannot be applied`);
  made.validate();
}

const find = (kind: string, name: string): Manifest | undefined =>
  everything.find((object) => object.kind === kind && object.metadata.name === name);

describe('the manifests of deploy/k8s', () => {
  test.each(everything.map((object) => [`${object.kind} ${object.metadata.name}`, object] as const))(
    '%s fits the schema of Kubernetes and has no unknown field',
    (_, object) => {
      expect(() => fitSchema(object)).not.toThrow();
      expect(unknownFields(object, `V1${object.kind}`)).toEqual([]);
    },
  );

  test('a manifest that is wrong is noticed', () => {
    const namespace = find('Namespace', WORKSPACES);
    expect(namespace).toBeDefined();
    expect(unknownFields({ ...namespace, sepc: {} }, 'V1Namespace')).toEqual(['.sepc']);
    const wrong = {
      ...everything[0],
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'x' },
      spec: { ports: 'all' },
    };
    expect(() => fitSchema(wrong)).toThrow(/ports/);
  });

  test('the service account may do what the provisioner calls, and nothing else', () => {
    const needed = PERMISSIONS.map(([verb, ...resource]) => `${verb} ${resource.join('/')} in ${WORKSPACES}`);
    const granted = grantsOf('astraforge', 'astraforge-operator').map(
      ({ verb, resource, namespace }) => `${verb} ${resource} in ${namespace}`,
    );
    expect(granted.toSorted()).toEqual(needed.toSorted());
    expect(everything.filter(({ kind }) => kind.startsWith('Cluster'))).toEqual([]);
  });

  test('both namespaces enforce the restricted profile of a fixed release', () => {
    for (const name of ['astraforge', WORKSPACES]) {
      expect(find('Namespace', name)?.metadata.labels).toMatchObject({
        'pod-security.kubernetes.io/enforce': 'restricted',
        'pod-security.kubernetes.io/enforce-version': expect.stringMatching(/^v1\.\d+$/),
      });
    }
  });

  test('pods of the workspaces reach the gateway and nothing else, and nothing reaches them', () => {
    expect(find('NetworkPolicy', 'deny-all')?.['spec']).toEqual({
      podSelector: {},
      policyTypes: ['Ingress', 'Egress'],
    });
    expect(find('NetworkPolicy', 'allow-gateway')?.['spec']).toEqual({
      podSelector: {},
      policyTypes: ['Egress'],
      egress: [
        {
          to: [
            {
              namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'astraforge' } },
              podSelector: { matchLabels: { 'app.kubernetes.io/name': 'astraforge-gateway' } },
            },
          ],
          ports: [{ protocol: 'TCP', port: 8443 }],
        },
      ],
    });
    expect(everything.filter(({ kind }) => kind === 'NetworkPolicy')).toHaveLength(2);
  });

  test('no account of a workspace has a token', () => {
    const accounts = everything.filter(
      (object) => object.kind === 'ServiceAccount' && object.metadata.namespace === WORKSPACES,
    );
    expect(accounts.map(({ metadata }) => metadata.name)).toEqual(['astraforge-workspace', 'default']);
    for (const account of accounts) expect(account['automountServiceAccountToken']).toBe(false);
  });
});

describeWith(['kubectl'], 'deploy/k8s as kubectl reads it', () => {
  test.each(['base', 'admission'] as const)('%s is what the files say', async (name) => {
    const { stdout } = await promisify(execFile)('kubectl', ['kustomize', manifestDirectory(name)]);
    const built = parseAllDocuments(stdout).map((document) => document.toJS() as unknown);
    const read = readManifests(name).map(({ object }) => object);
    expect(built).toHaveLength(read.length);
    for (const object of read) expect(built).toContainEqual(object);
  });
});

import { z } from 'zod';
import { forbidden } from './api-status.ts';
import { readManifests } from './manifests.ts';

/** What is asked for, in the words of RBAC; `resource` may have a subresource, such as `pods/exec`. */
export interface Attempt {
  readonly verb: string;
  readonly resource: string;
  readonly namespace: string;
}

/** Who asks. */
export interface Account {
  readonly name: string;
  readonly may: (attempt: Attempt) => boolean;
}

const Role = z.object({
  metadata: z.object({ name: z.string(), namespace: z.string() }),
  rules: z.array(
    z.object({ apiGroups: z.array(z.string()), resources: z.array(z.string()), verbs: z.array(z.string()) }),
  ),
});
const RoleBinding = z.object({
  metadata: z.object({ namespace: z.string() }),
  subjects: z.array(z.object({ kind: z.literal('ServiceAccount'), name: z.string(), namespace: z.string() })),
  roleRef: z.object({ kind: z.literal('Role'), name: z.string() }),
});

/** Everything the manifests let a service account do, one entry per verb. */
export function grantsOf(namespace: string, name: string): Attempt[] {
  const objects = readManifests('base').map(({ object }) => object);
  const roles = objects.filter(({ kind }) => kind === 'Role').map((object) => Role.parse(object));
  const bindings = objects.filter(({ kind }) => kind === 'RoleBinding').map((object) => RoleBinding.parse(object));
  const bound = bindings.filter(({ subjects }) =>
    subjects.some((subject) => subject.name === name && subject.namespace === namespace),
  );
  return bound.flatMap(({ metadata, roleRef }) => {
    const role = roles.find(
      (found) => found.metadata.name === roleRef.name && found.metadata.namespace === metadata.namespace,
    );
    return (role?.rules ?? []).flatMap(({ resources, verbs }) =>
      resources.flatMap((resource) => verbs.map((verb) => ({ verb, resource, namespace: metadata.namespace }))),
    );
  });
}

/** The service account that the manifests make, with nothing but what they grant. */
export function serviceAccount(namespace: string, name: string): Account {
  const grants = new Set(grantsOf(namespace, name).map(sayAttempt));
  return { name: `system:serviceaccount:${namespace}:${name}`, may: (attempt) => grants.has(sayAttempt(attempt)) };
}

/** One line per attempt. */
export function sayAttempt({ verb, resource, namespace }: Attempt): string {
  return `${verb} ${resource} in ${namespace}`;
}

/** Throws the answer of the real server when an account may not. */
export function authorise(account: Account, attempt: Attempt): void {
  if (account.may(attempt)) return;
  const { verb, resource, namespace } = attempt;
  throw forbidden(
    `${resource} is forbidden: User "${account.name}" cannot ${verb} resource "${resource}" in API group "" in the namespace "${namespace}"`,
  );
}

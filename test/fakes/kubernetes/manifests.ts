import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseAllDocuments } from 'yaml';
import { z } from 'zod';

/** One object of a manifest, with the fields that every object has. */
export const Manifest = z.looseObject({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.looseObject({
    name: z.string(),
    namespace: z.string().exactOptional(),
    labels: z.record(z.string(), z.string()).exactOptional(),
  }),
});
export type Manifest = z.infer<typeof Manifest>;

const Kustomization = z.object({ resources: z.array(z.string()) });

/** Directory of the repository that holds manifests; the argument is below it. */
export function manifestDirectory(name: 'base' | 'admission'): string {
  return fileURLToPath(new URL(`../../../deploy/k8s/${name}`, import.meta.url));
}

/** Every object that `kubectl apply -k` would send for this directory, in order, with the file it is in. */
export function readManifests(name: 'base' | 'admission'): { file: string; object: Manifest }[] {
  const directory = manifestDirectory(name);
  const files = Kustomization.parse(parseDocuments(`${directory}/kustomization.yaml`)[0]).resources;
  const unlisted = readdirSync(directory).filter((file) => file !== 'kustomization.yaml' && !files.includes(file));
  if (unlisted.length > 0) throw new Error(`${name}/kustomization.yaml does not list ${unlisted.join(', ')}`);
  return files.flatMap((file) =>
    parseDocuments(`${directory}/${file}`).map((object) => ({ file, object: Manifest.parse(object) })),
  );
}

function parseDocuments(path: string): unknown[] {
  return parseAllDocuments(readFileSync(path, 'utf8')).map((document) => {
    const [broken] = document.errors;
    if (broken !== undefined) throw broken;
    return document.toJS() as unknown;
  });
}

import { writeFile } from 'node:fs/promises';
import { stringify } from 'yaml';

/** What a client needs to talk to one cluster as somebody. */
export interface ClientConfiguration {
  readonly url: string;
  /** Certificate of the authority, PEM. */
  readonly authority: string;
  readonly namespace: string;
  readonly token: string;
}

const OWNER_ONLY = 0o600;

/** Writes a kubeconfig file, which kubectl and the client library both read; returns its path. */
export async function writeKubeconfig(path: string, client: ClientConfiguration): Promise<string> {
  const authority = Buffer.from(client.authority).toString('base64');
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'c', cluster: { server: client.url, 'certificate-authority-data': authority } }],
    users: [{ name: 'u', user: { token: client.token } }],
    contexts: [{ name: 'x', context: { cluster: 'c', user: 'u', namespace: client.namespace } }],
    'current-context': 'x',
  };
  await writeFile(path, stringify(config), { mode: OWNER_ONLY });
  return path;
}

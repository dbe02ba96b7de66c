import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { writeKubeconfig } from '../fakes/kubernetes/write-kubeconfig.ts';
import { NODE_NAME, PORTS } from './cluster-layout.ts';
import type { ClusterLayout } from './cluster-layout.ts';

/** Who talks to the API server, and the groups it has there. */
const ACCOUNTS = {
  admin: ['admin', 'system:masters'],
  manager: ['system:kube-controller-manager', ''],
  scheduler: ['system:kube-scheduler', ''],
  node: [`system:node:${NODE_NAME}`, 'system:nodes'],
} as const;

/** Files of a cluster's identity. */
export interface ClusterKeys {
  readonly authority: string;
  readonly api: { readonly cert: string; readonly key: string };
  /** What the API server shows to the kubelet. */
  readonly kubeletClient: { readonly cert: string; readonly key: string };
  readonly serviceAccounts: { readonly private: string; readonly public: string };
  readonly tokens: string;
  readonly kubeconfig: Readonly<Record<keyof typeof ACCOUNTS, string>>;
}

/** Makes an authority, certificates and tokens that live as long as the cluster. */
export async function makeKeys({ run, nodeAddress }: ClusterLayout): Promise<ClusterKeys> {
  const directory = join(run, 'keys');
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const at = (name: string): string => join(directory, name);
  const openssl = async (...args: string[]): Promise<void> =>
    void (await promisify(execFile)('openssl', args, { cwd: directory }));
  const fresh = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  await openssl('req', '-x509', ...fresh, '-subj', '/CN=cluster', '-days', '3', '-keyout', 'ca.key', '-out', 'ca.pem');
  const issue = async (name: string, subject: string, extension: string): Promise<{ cert: string; key: string }> => {
    await writeFile(at(`${name}.ext`), extension);
    await openssl('req', ...fresh, '-subj', subject, '-keyout', `${name}.key`, '-out', `${name}.csr`);
    const signed = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '3', '-extfile', `${name}.ext`];
    await openssl('x509', '-req', '-in', `${name}.csr`, ...signed, '-out', `${name}.pem`);
    return { cert: at(`${name}.pem`), key: at(`${name}.key`) };
  };
  const api = await issue('api', '/CN=api', `subjectAltName=IP:127.0.0.1,IP:${nodeAddress}\n`);
  const kubeletClient = await issue('kubelet-client', '/O=system:masters/CN=api', 'extendedKeyUsage=clientAuth\n');
  await openssl('genrsa', '-out', 'sa.key', '2048');
  await openssl('rsa', '-in', 'sa.key', '-pubout', '-out', 'sa.pub');
  const authority = await readFile(at('ca.pem'), 'utf8');
  const rows: string[] = [];
  const account = async (name: keyof typeof ACCOUNTS): Promise<string> => {
    const token = randomBytes(24).toString('hex');
    const [user, group] = ACCOUNTS[name];
    rows.push([token, user, name, group].filter((word) => word !== '').join(','));
    const url = `https://127.0.0.1:${PORTS.api}`;
    return writeKubeconfig(at(`${name}.kubeconfig`), { url, authority, token, namespace: 'astraforge-workspaces' });
  };
  const kubeconfig = {
    admin: await account('admin'),
    manager: await account('manager'),
    scheduler: await account('scheduler'),
    node: await account('node'),
  };
  await writeFile(at('tokens.csv'), `${rows.join('\n')}\n`, { mode: 0o600 });
  const serviceAccounts = { private: at('sa.key'), public: at('sa.pub') };
  return { authority: at('ca.pem'), api, kubeletClient, serviceAccounts, tokens: at('tokens.csv'), kubeconfig };
}

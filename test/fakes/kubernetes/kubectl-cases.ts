import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { podFor } from '../../../sandbox/kubernetes/pod.ts';
import { kubernetesSettings } from '../../sandbox/open-kubernetes.ts';
import type { ClusterSubject } from './stream-cases.ts';

/** A cluster and the configuration of the service account that the manifests make in it. */
export interface KubectlSubject extends ClusterSubject {
  readonly operator: string;
}

/** What kubectl does with pods, whatever serves them; `enforcesRestricted`: from Kubernetes 1.23 on. */
export function kubectlCases(open: () => Promise<KubectlSubject>, enforcesRestricted: boolean): void {
  let subject: KubectlSubject;
  let directory: string;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'kubectl-'));
    subject = await open();
    const settings = kubernetesSettings({ kubeconfigPath: undefined });
    const pod = podFor({ name: 'one' }, settings.image, { ...settings, userNamespaces: false });
    const [container] = pod.spec?.containers ?? [];
    if (container !== undefined) container.command = ['sh', '-c', 'echo started; exec sleep 600'];
    await writeFile(join(directory, 'one.json'), JSON.stringify(pod));
    if (container?.securityContext !== undefined) container.securityContext.allowPrivilegeEscalation = true;
    await writeFile(join(directory, 'loose.json'), JSON.stringify({ ...pod, metadata: { name: 'loose' } }));
    await kubectl('create', '-f', join(directory, 'one.json'));
    await kubectl('wait', '--for=condition=Ready', '--timeout=60s', 'pod/one');
  });
  afterAll(async () => {
    await subject[Symbol.asyncDispose]();
    await rm(directory, { recursive: true, force: true });
  });

  async function kubectl(...args: string[]): Promise<string> {
    return as('admin', ...args);
  }

  async function as(account: 'admin' | 'operator', ...args: string[]): Promise<string> {
    const cache = [
      '--kubeconfig',
      account === 'admin' ? subject.kubeconfig : subject.operator,
      '--cache-dir',
      join(directory, 'cache'),
    ];
    return (await promisify(execFile)('kubectl', [...cache, ...args])).stdout;
  }

  test('get', async () => {
    expect(await kubectl('get', 'pods', '-l', 'astraforge.io/managed=true', '-o', 'name')).toBe('pod/one\n');
    expect(await kubectl('get', 'pod', 'one', '-o', 'jsonpath={.status.phase}')).toBe('Running');
    await expect(kubectl('get', 'pod', 'two')).rejects.toThrow(/"two" not found/);
  });

  test('exec: output, exit code and a program that is not there', async () => {
    expect(await kubectl('exec', 'one', '--', 'id', '-u')).toBe('10001\n');
    await expect(kubectl('exec', 'one', '--', 'sh', '-c', 'exit 7')).rejects.toMatchObject({ code: 7 });
    await expect(kubectl('exec', 'one', '--', 'no-such-program')).rejects.toThrow(/Internal error occurred/);
  });

  test('exec with a stdin that ends', async () => {
    const config = ['--kubeconfig', subject.kubeconfig, '--cache-dir', join(directory, 'cache')];
    const child = spawn('kubectl', [...config, 'exec', '-i', 'one', '--', 'wc', '-c'], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    let said = '';
    child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString('utf8')));
    child.stdin.end(Buffer.alloc(1_000_000));
    await once(child, 'close');
    expect(said).toBe('1000000\n');
  });

  test('cp in both directions', async () => {
    const [local, back] = [join(directory, 'one.json'), join(directory, 'back.json')];
    await kubectl('cp', local, 'one:/workspace/copied.json');
    await kubectl('cp', 'one:/workspace/copied.json', back);
    expect(await readFile(back, 'utf8')).toBe(await readFile(local, 'utf8'));
  });

  test('logs', async () => {
    expect(await kubectl('logs', 'one')).toBe('started\n');
  });

  test('label', async () => {
    await kubectl('label', 'pod', 'one', 'astraforge.io/run=run_1');
    expect(await kubectl('get', 'pods', '-l', 'astraforge.io/run=run_1', '-o', 'name')).toBe('pod/one\n');
  });

  test.runIf(enforcesRestricted)('what breaks the restricted profile is refused', async () => {
    const refused = kubectl('create', '-f', join(directory, 'loose.json'));
    await expect(refused).rejects.toThrow(/violates PodSecurity "restricted:latest": allowPrivilegeEscalation/);
  });

  test('the service account of the manifests may not do more than they grant', async () => {
    expect(await as('operator', 'get', 'pods', '-o', 'name')).toBe('pod/one\n');
    await expect(as('operator', 'logs', 'one')).rejects.toThrow(/cannot get resource "pods\/log"/);
    expect(await as('operator', 'exec', 'one', '--', 'echo', 'there')).toBe('there\n');
  });

  test('delete waits until the pod is gone', async () => {
    await kubectl('delete', 'pod', 'one');
    await expect(kubectl('get', 'pod', 'one')).rejects.toThrow(/"one" not found/);
  });
}

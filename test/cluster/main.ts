import { spawn } from 'node:child_process';
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CoreV1Api } from '@kubernetes/client-node';
import { SandboxOptions } from '../../sandbox/limits.ts';
import { writeKubeconfig } from '../fakes/kubernetes/write-kubeconfig.ts';
import { applyManifests, serviceAccountToken } from './apply-manifests.ts';
import { PORTS, clusterLayout } from './cluster-layout.ts';
import { enforceNetworkPolicy } from './cluster-network.ts';
import { startCluster } from './start-cluster.ts';

/**
 * `npm run test:cluster`: builds Kubernetes when that was not done before (CLUSTER_CACHE, by default below the home
 * directory), starts it beside whatever runs on this machine, and runs on it what `*.cluster.ts` here holds. As root, with
 * a container engine that has the workspace image. Arguments go to vitest. Removes everything but the cache.
 */
const here = fileURLToPath(new URL('.', import.meta.url));
const [NAMESPACE, OPERATOR] = ['astraforge', 'astraforge-operator'];
/** Port of this machine that the gateway listens at; pods see a Service. */
const GATEWAY_PORT = 18_443;

const began = performance.now();
const say = (line: string): void =>
  console.log(`${((performance.now() - began) / 1_000).toFixed(1).padStart(6)} s  ${line}`);

async function main(): Promise<number> {
  const cache = process.env['CLUSTER_CACHE'] ?? join(homedir(), '.cache', 'astraforge-cluster');
  const built = await passOn('/bin/bash', [join(here, 'build-kubernetes.sh'), cache], process.env);
  if (built !== 0) return built;
  const { CODEX_WORKSPACE_IMAGE: image } = SandboxOptions.parse({});
  const run = await mkdtemp(join(tmpdir(), 'cluster-'));
  let code = 1;
  try {
    const layout = clusterLayout(cache, run);
    await using cluster = await startCluster(layout, image, say);
    const core = cluster.config.makeApiClient(CoreV1Api);
    say('applying deploy/k8s/base');
    await applyManifests(cluster.config);
    const token = await serviceAccountToken(core, NAMESPACE, OPERATOR);
    const authority = await readFile(join(run, 'keys', 'ca.pem'), 'utf8');
    const client = { url: `https://127.0.0.1:${PORTS.api}`, authority, token, namespace: 'astraforge-workspaces' };
    const kubeconfig = await writeKubeconfig(join(run, 'operator.kubeconfig'), client);
    const service = await core.readNamespacedService({ namespace: NAMESPACE, name: 'astraforge-gateway' });
    const address = service.spec?.clusterIP ?? '';
    const target = { address: layout.nodeAddress, port: GATEWAY_PORT };
    await using _rules = await enforceNetworkPolicy({ address, port: 8443, target });
    say('running the suites');
    const vitest = [
      'node_modules/.bin/vitest',
      'run',
      '--config',
      join(here, 'vitest.config.ts'),
      ...process.argv.slice(2),
    ];
    code = await passOn(process.execPath, vitest, {
      ...process.env,
      CLUSTER_KUBECONFIG: kubeconfig,
      CLUSTER_ADMIN_KUBECONFIG: join(run, 'keys', 'admin.kubeconfig'),
      CLUSTER_GATEWAY: address,
      CLUSTER_GATEWAY_PORT: String(GATEWAY_PORT),
    });
    say('stopping');
  } finally {
    if (code !== 0) say(`logs are kept in ${join(run, 'logs')}`);
    const kept = code === 0 ? [] : ['logs'];
    for (const name of await readdir(run)) if (!kept.includes(name)) await rm(join(run, name), { recursive: true });
    if (code === 0) await rm(run, { recursive: true });
  }
  return code;
}

/** Runs a program on this terminal and passes interrupts on to it; resolves with its exit code, so that we clean up. */
function passOn(program: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: 'inherit', env });
    const interrupt = (signal: NodeJS.Signals): void => void child.kill(signal);
    process.on('SIGINT', interrupt).on('SIGTERM', interrupt);
    child.once('error', reject);
    child.once('exit', (code) => {
      process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
      resolve(code ?? 1);
    });
  });
}

process.exitCode = await main();
say(process.exitCode === 0 ? 'done' : 'failed');

import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { createServer } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import Docker from 'dockerode';
import type { ContainerCreateOptions } from 'dockerode';
import { WebSocketServer } from 'ws';
import { answerRequest, commandOf, refuseUpgrade } from './answer-request.ts';
import type { Door } from './answer-request.ts';
import { ApiRefusal } from './api-status.ts';
import { serviceAccount } from './authorise.ts';
import type { Account, Attempt } from './authorise.ts';
import { VERSIONS } from './discovery.ts';
import type { KubernetesVersion } from './discovery.ts';
import { createKubelet } from './kubelet.ts';
import type { ServiceRoute } from './pod-network.ts';
import type { Cluster } from './pod-requests.ts';
import { createPodStore } from './pod-store.ts';
import { serveRemoteCommand } from './remote-command.ts';
import { makeCertificate } from './tls-certificate.ts';
import { writeKubeconfig } from './write-kubeconfig.ts';

/** What a stand-in is. */
export interface KubernetesOptions {
  readonly version: KubernetesVersion;
  /** What pods reach; null: nothing. */
  readonly route: ServiceRoute | null;
  /** CPUs of the only node. */
  readonly cpus?: number;
  readonly podsMax?: number;
  readonly runtimeClasses?: readonly string[];
  /** See `kubelet.ts`. */
  readonly tamper?: (options: ContainerCreateOptions) => void;
}

/** A running stand-in; disposing removes its pods. */
export interface KubernetesStandIn extends AsyncDisposable {
  /** Client configuration of the service account that the manifests make, and of somebody who may do everything. */
  readonly kubeconfig: Readonly<Record<'operator' | 'admin', string>>;
  readonly namespace: string;
  readonly store: Cluster['store'];
  /** What was asked for and allowed, oldest first. */
  readonly attempts: readonly Attempt[];
  /** Whether the cluster or its node still has anything of a pod. */
  holds(name: string): Promise<boolean>;
  /** Cuts every connection that is open. */
  cutConnections(): void;
}

const NAMESPACE = 'astraforge-workspaces';
const OPERATOR = ['astraforge', 'astraforge-operator'] as const;
const CPUS = 64;
const PODS_MAX = 50;
/**
 * An API server whose pods are containers of this machine's engine: namespaced pods with admission, RBAC as the manifests
 * grant it, watches, logs and WebSocket streams. `kubectl` works against it. It checks what a real one would refuse.
 */
export async function startKubernetes(options: KubernetesOptions): Promise<KubernetesStandIn> {
  const directory = await mkdtemp(join(tmpdir(), 'k8s-'));
  const certificate = await makeCertificate(directory);
  const docker = new Docker();
  const store = createPodStore();
  const kubelet = createKubelet({
    docker,
    store,
    label: `astraforge-test.kubernetes.${randomUUID()}`,
    directory: join(directory, 'node'),
    route: options.route,
    cpus: options.cpus ?? CPUS,
    tamper: options.tamper ?? (() => undefined),
  });
  const cluster: Cluster = {
    docker,
    store,
    kubelet,
    runtimeClasses: options.runtimeClasses ?? [],
    podsMax: options.podsMax ?? PODS_MAX,
    attempts: [],
  };
  const tokens = { operator: randomUUID(), admin: randomUUID() };
  const accounts = new Map<string, Account>([
    [tokens.operator, serviceAccount(...OPERATOR)],
    [tokens.admin, { name: 'admin', may: () => true }],
  ]);
  const accountOf = ({ headers }: IncomingMessage): Account => {
    const account = accounts.get(/^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1] ?? '');
    if (account === undefined) throw new ApiRefusal(401, 'Unauthorized', 'Unauthorized');
    return account;
  };
  const version = VERSIONS[options.version];
  const door: Door = { cluster, version, accountOf };
  const server = createServer(certificate, (request, response) => void answerRequest(door, request, response));
  const sockets = new Set<Duplex>();
  server.on('secureConnection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  const webSockets = new WebSocketServer({
    noServer: true,
    handleProtocols: (offered) => version.channels.find((channel) => offered.has(channel)) ?? false,
  });
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    try {
      const command = commandOf(door, request);
      webSockets.handleUpgrade(request, socket, head, (opened) => void serveRemoteCommand(opened, command));
    } catch (thrown) {
      refuseUpgrade(socket, thrown);
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const url = `https://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
  const config = { url, authority: certificate.cert, namespace: NAMESPACE };
  return {
    kubeconfig: {
      operator: await writeKubeconfig(join(directory, 'operator.yaml'), { ...config, token: tokens.operator }),
      admin: await writeKubeconfig(join(directory, 'admin.yaml'), { ...config, token: tokens.admin }),
    },
    namespace: NAMESPACE,
    store,
    attempts: cluster.attempts,
    holds: async (name) => store.list().some(({ metadata }) => metadata?.name === name) || kubelet.holds(name),
    cutConnections: () => {
      for (const socket of sockets) socket.destroy();
    },
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await kubelet.clear();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

import { once } from 'node:events';
import { chmod, mkdir } from 'node:fs/promises';
import net from 'node:net';
import { join } from 'node:path';
import type Docker from 'dockerode';
import type { Container } from 'dockerode';

/** Where a Service is found, and where what is behind it listens on this machine. */
export interface ServiceRoute {
  readonly address: string;
  readonly port: number;
  readonly target: () => net.NetConnectOpts;
}

const EVERYONE = { directory: 0o755, socket: 0o666 };
const INSIDE = '/service';

/** Joins the address of a Service inside a pod's network to a socket that leads out of it. */
const CARRIER = `
const net = require('node:net');
const [, address, port, path] = process.argv;
net.createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
  const upstream = net.connect({ path, allowHalfOpen: true });
  client.on('error', () => upstream.destroy()).pipe(upstream);
  upstream.on('error', () => client.resetAndDestroy()).pipe(client);
}).listen(Number(port), address);
process.on('SIGTERM', () => process.exit(0));`;

/** What the network container of a pod is made with. */
export interface PodNetworkSettings {
  readonly docker: Docker;
  readonly image: string;
  readonly hostname: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Empty directory on this machine. */
  readonly directory: string;
  /** Null: nothing at all is reached. */
  readonly route: ServiceRoute | null;
}

/** The container that holds a pod's network, as a pause container does. */
export interface PodNetwork extends AsyncDisposable {
  readonly containerId: string;
}

/**
 * A network as a perfect enforcer of our NetworkPolicy leaves it: nothing is reached but one port of one Service, whose
 * address is one of the pod's own loopback network here, since there is no other interface.
 */
export async function openPodNetwork(settings: PodNetworkSettings): Promise<PodNetwork> {
  const { docker, image, hostname, labels, directory, route } = settings;
  await mkdir(directory, { recursive: true });
  await chmod(directory, EVERYONE.directory);
  const path = join(directory, 'service.sock');
  const server = net.createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
    if (route === null) return client.destroy();
    const upstream = net.connect({ ...route.target(), allowHalfOpen: true });
    client.on('error', () => upstream.destroy()).pipe(upstream);
    upstream.on('error', () => client.resetAndDestroy()).pipe(client);
  });
  server.listen(path);
  await once(server, 'listening');
  await chmod(path, EVERYONE.socket);
  const { address = '127.0.0.1', port = 1 } = route ?? {};
  const container = await docker.createContainer({
    Image: image,
    Hostname: hostname,
    User: '65535:65535',
    Entrypoint: ['node', '-e', CARRIER, address, String(port), `${INSIDE}/service.sock`],
    Cmd: [],
    WorkingDir: '/',
    Labels: labels,
    HostConfig: {
      Init: true,
      NetworkMode: 'none',
      ReadonlyRootfs: true,
      CapDrop: ['ALL'],
      Mounts: [{ Type: 'bind', Source: directory, Target: INSIDE, ReadOnly: true }],
    },
  });
  await container.start();
  return { containerId: container.id, [Symbol.asyncDispose]: () => close(container, server) };
}

async function close(container: Container, server: net.Server): Promise<void> {
  await container.remove({ force: true, v: true }).catch(() => undefined);
  server.close();
}

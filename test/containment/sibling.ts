import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import Docker from 'dockerode';
import { z } from 'zod';
import { startContainer } from './containers.ts';
import { METADATA_ADDRESS } from './network-checks.ts';
import type { Undo } from './undo.ts';

/** A container that answers as a cloud's metadata service would, and the network on which it does. */
export interface Sibling {
  readonly network: string;
  readonly name: string;
}

const Bridge = z.object({
  Config: z.tuple([z.object({ Subnet: z.string(), Gateway: z.string().optional() })]).rest(z.unknown()),
});

/**
 * Address of this machine on the engine's own network: as the engine says, or, since one that has just made its bridge for
 * the first time does not, the first of the subnet, which it takes by default.
 */
export async function engineGateway(): Promise<string> {
  const { IPAM: ipam } = await new Docker().getNetwork('bridge').inspect();
  const [{ Subnet: subnet, Gateway: gateway }] = Bridge.parse(ipam).Config;
  return gateway ?? subnet.replace(/\.0\/\d+$/, '.1');
}

/** Small, so that nothing else of the link-local range is taken. */
const SUBNET = '169.254.169.248/29';
const GATEWAY = '169.254.169.249';
const ENGINE_NAMES = ['host.docker.internal', 'gateway.docker.internal', 'metadata.google.internal'];

/** Names that an unconfined container is told, as `docker run --add-host` would. */
export const TOLD_NAMES = ENGINE_NAMES.map((name) => `${name}:${METADATA_ADDRESS}`);

/**
 * Starts it on a network of its own. The bridge has no address of the range (`inhibit_ipv4`), so that the machine itself
 * still reaches its cloud's real service.
 */
export async function startSibling(image: string, undo: Undo): Promise<Sibling> {
  const docker = new Docker();
  const name = `sibling-${randomUUID().slice(0, 8)}`;
  const network = await docker.createNetwork({
    Name: `containment-${randomUUID().slice(0, 8)}`,
    IPAM: { Driver: 'default', Config: [{ Subnet: SUBNET, Gateway: GATEWAY }] },
    Options: { 'com.docker.network.bridge.inhibit_ipv4': 'true' },
    Labels: { 'astraforge.test': 'containment' },
  });
  undo.add(() => network.remove());
  const program = await readFile(new URL('sibling.py', import.meta.url), 'utf8');
  const { container } = await startContainer(
    {
      Image: image,
      name,
      User: '0:0',
      Entrypoint: ['python3', '-c', program],
      Cmd: [],
      HostConfig: { NetworkMode: network.id },
      NetworkingConfig: { EndpointsConfig: { [network.id]: { IPAMConfig: { IPv4Address: METADATA_ADDRESS } } } },
    },
    undo,
  );
  const log = await container.logs({ follow: true, stdout: true });
  await once(log, 'data');
  return { network: network.id, name };
}

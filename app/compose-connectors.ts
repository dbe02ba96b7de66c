import type { ConfiguredPlace } from '#core/contracts/connectors.ts';
import type { ConnectorPlace } from '#core/domain/request/connector.ts';
import type { Connector, ConnectorReader } from '#core/ports/connectors.ts';
import type { ConnectorDoor } from '#core/ports/host/webhook-door.ts';
import { ConfigError } from './config.ts';
import { openConnectorDoor, type KnownPlace } from './connectors/connector-door.ts';
import { CONNECTORS } from './connectors/registry.ts';

type Places = ReadonlyMap<string, ConfiguredPlace>;

/**
 * The door of all connectors by its name in addresses; none where none is configured. A place whose secret is not configured is refused like one that
 * is not there.
 * @throws ConfigError for a connector that there is not.
 */
export async function openConnectorDoors(
  places: Places,
  secrets: ReadonlyMap<string, string>,
): Promise<ReadonlyMap<'connector', ConnectorDoor>> {
  const known = new Map<string, KnownPlace>();
  for (const { name, id } of places.values()) {
    const connector = await loaded(name);
    const secret = secrets.get(id);
    if (secret !== undefined) known.set(id, { name, connector, secret });
  }
  return known.size === 0 ? new Map() : new Map([['connector', openConnectorDoor(known)]]);
}

/**
 * What reads the deliveries of connectors. `mention`: the name by which we are called where a place says no other.
 * @throws ConfigError for a connector that there is not, or a place that it cannot serve.
 */
export async function openConnectorReader(
  places: Places,
  mention: string,
): Promise<{ connectorPlaces: ReadonlyMap<string, ConnectorPlace>; connectorReader: ConnectorReader }> {
  const connectors = new Map<string, Connector>();
  const connectorPlaces = new Map<string, ConnectorPlace>();
  for (const configured of places.values()) {
    const connector = await loaded(configured.name);
    const place = { ...configured, mention: configured.mention ?? mention };
    const fault = connector.faultOf?.(place);
    if (fault !== undefined)
      throw new ConfigError(`CONNECTORS is wrong: ${place.id} ${fault}. See docs/guides/connectors.md.`);
    connectors.set(place.name, connector);
    connectorPlaces.set(place.id, place);
  }
  const connectorReader: ConnectorReader = {
    async read(place, delivery) {
      const connector = connectors.get(place.name);
      if (connector === undefined) return { kind: 'ignored', reason: `there is no connector ${place.name}` };
      return connector.read(delivery, place);
    },
  };
  return { connectorPlaces, connectorReader };
}

async function loaded(name: string): Promise<Connector> {
  const load = CONNECTORS.get(name);
  if (load !== undefined) return load();
  const known = [...CONNECTORS.keys()].join(', ');
  throw new ConfigError(
    `CONNECTORS is wrong: there is no connector ${name}, only ${known}. See docs/guides/connectors.md.`,
  );
}

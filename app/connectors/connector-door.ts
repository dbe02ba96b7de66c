import { createHash } from 'node:crypto';
import { connectorSender } from '#core/domain/request/connector.ts';
import type { Connector } from '#core/ports/connectors.ts';
import type { ConnectorDoor } from '#core/ports/host/webhook-door.ts';

/** A place that may knock. */
export interface KnownPlace {
  readonly name: string;
  readonly connector: Connector;
  readonly secret: string;
}

/**
 * Opens the door that all connectors knock at, `/webhooks/connector/<id>` and, where an address carries the secret,
 * `/webhooks/connector/<id>/<token>`. Equal bodies of one place are one delivery.
 */
export function openConnectorDoor(places: ReadonlyMap<string, KnownPlace>): ConnectorDoor {
  return async ({ headers, body, path: [id = '', token, ...rest] }) => {
    const place = places.get(id);
    if (place === undefined || rest.length > 0) return { kind: 'refused', status: 401, reason: 'no such connector' };
    const { name, connector, secret } = place;
    if (body.byteLength > connector.bytesMax)
      return { kind: 'refused', status: 413, reason: `a delivery of ${name} has ${connector.bytesMax} bytes at most` };
    const genuineness = connector.verify({ headers, body, token }, secret);
    if (genuineness.kind === 'refused') return genuineness;
    const ownId = genuineness.id ?? createHash('sha256').update(body).digest('hex');
    const provider = connectorSender(name);
    const delivery = { provider, guid: `${id}:${ownId}`, event: `${id}:${genuineness.event}`, body, scope: id };
    return { kind: 'admitted', delivery, ...(connector.answer === undefined ? {} : { answer: connector.answer }) };
  };
}

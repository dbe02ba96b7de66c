import type { Provider } from '../host/repo.ts';

/** Who sent a delivery that came through a connector: behind the colon, the connector's name. */
export type ConnectorSender = `connector:${string}`;

/** The sender of deliveries of the connector of this name. */
export function connectorSender(name: string): ConnectorSender {
  return `connector:${name}`;
}

/** Whether a delivery came through a connector. */
export function isConnectorSender(sender: string): sender is ConnectorSender {
  return sender.startsWith('connector:');
}

/** The repository link through which is asked: by its id, or the one that the tenant has to this repository. */
export type ConnectorLink = { readonly id: string } | { readonly provider: Provider; readonly repository: string };

/** One place of one connector, as configured: one Jira, one team, one address. */
export interface ConnectorPlace {
  /** Of the connector. */
  readonly name: string;
  /** Stands in the address that its webhooks go to. */
  readonly id: string;
  readonly link: ConnectorLink;
  readonly tenant: string;
  /** The name by which people call us there, without `@`. */
  readonly mention: string;
  /** A label that asks by itself; null where none does. */
  readonly label: string | null;
  /** Who alone may ask: what the connector calls them, or `@example.com` for everybody of a mail domain. Empty: whoever can. */
  readonly senders: readonly string[];
}

/** Somebody asks for work. All of it was written by whoever could write there. */
export interface ConnectorAsk {
  readonly kind: 'ask';
  readonly prompt: string;
  /** `id` is the connector's own and survives a change of `name`, which is for people. */
  readonly sender: { readonly id: string; readonly name: string };
  /** What was said, by the connector's own id: it makes one request, however often it is told. */
  readonly externalId: string;
  /** Where people can read it; null where that is nowhere. */
  readonly url: string | null;
}

/** What a delivery of a connector says: somebody asks, or nothing for us with the reason. */
export type ConnectorReading = ConnectorAsk | { readonly kind: 'ignored'; readonly reason: string };

/** Whether somebody may ask. Ids are compared whatever their case. */
export function maySend({ senders }: Pick<ConnectorPlace, 'senders'>, senderId: string): boolean {
  const id = senderId.toLowerCase();
  const isMeant = (sender: string): boolean =>
    sender.startsWith('@') ? id.slice(id.lastIndexOf('@')) === sender : id === sender;
  return senders.length === 0 || senders.map((sender) => sender.toLowerCase()).some(isMeant);
}

import type { ConnectorPlace, ConnectorReading } from '../domain/request/connector.ts';
import type { Knock } from './host/webhook-door.ts';

/** A call of a connector's webhook; `token` is what stands behind the place's id in the address, undefined for nothing. */
export interface ConnectorKnock extends Knock {
  readonly token: string | undefined;
}

/** Whether a call is the sender's own. `id`: the sender's of this very delivery, where it has one; `event`: how its body is to be read. */
export type Genuineness =
  | { readonly kind: 'genuine'; readonly event: string; readonly id?: string }
  | { readonly kind: 'refused'; readonly status: 400 | 401; readonly reason: string };

/**
 * A way to ask for work from where people are: a tracker, a chat, a mailbox. One file in `app/connectors/plugins`, one line in
 * `app/connectors/registry.ts`; what it asks becomes a request through a repository link.
 */
export interface Connector {
  /** Larger bodies are refused. */
  readonly bytesMax: number;
  /** JSON that the sender is told once a delivery is on record; without it, just that. */
  readonly answer?: string;
  /** Checks who calls, comparing in constant time and reading no more of the body than that takes. Never throws. */
  verify(knock: ConnectorKnock, secret: string): Genuineness;
  /** Why a place cannot be served as it is configured; undefined when it can. */
  faultOf?(place: ConnectorPlace): string | undefined;
  /**
   * Reads a recorded delivery; `event` is what `verify` called it. Calls nobody.
   * @throws AppError `invalid` for a body that is not what it claims to be.
   */
  read(
    delivery: { readonly event: string; readonly body: Uint8Array },
    place: ConnectorPlace,
  ): Promise<ConnectorReading>;
}

/** Reads the deliveries of all connectors. Errors as {@link Connector.read}. */
export interface ConnectorReader {
  read(place: ConnectorPlace, delivery: Parameters<Connector['read']>[0]): Promise<ConnectorReading>;
}

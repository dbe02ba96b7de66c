import type { Tracker } from '../../domain/alert/alert.ts';
import type { Provider } from '../../domain/host/repo.ts';
import type { ConnectorSender } from '../../domain/request/connector.ts';

/** One delivery as it came in: header values by lower-case name, and the raw bytes. */
export interface Knock {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Uint8Array;
}

/** A genuine delivery: the sender's own id and event, and the bytes untouched. */
export interface ArrivedDelivery<Sender = Provider | Tracker | ConnectorSender> {
  readonly provider: Sender;
  readonly guid: string;
  readonly event: string;
  readonly body: Uint8Array;
  /** Within what equal bytes are one delivery; absent: wherever they came from and whenever. */
  readonly scope?: string;
}

/**
 * What a door says of a call: a genuine delivery, or why not and the HTTP status to give. `answer`: JSON that the sender is given with 200
 * once it is on record, where it wants that.
 */
export type Admission<Sender = Provider | Tracker | ConnectorSender> =
  | { readonly kind: 'admitted'; readonly delivery: ArrivedDelivery<Sender>; readonly answer?: string }
  | { readonly kind: 'refused'; readonly status: 400 | 401 | 413; readonly reason: string };

/** The webhook side of one host. Checks who sent the raw bytes; nothing is parsed, logged or sent. */
export type WebhookDoor = (knock: Knock) => Promise<Admission<Provider>>;

/** The door of an error tracker, of which there can be several sources: `path` is what stands behind its name in the address. */
export type TrackerDoor = (knock: Knock & { readonly path: readonly string[] }) => Promise<Admission<Tracker>>;

/** The door of all connectors: `path` begins with the id of the place. */
export type ConnectorDoor = (
  knock: Knock & { readonly path: readonly string[] },
) => Promise<Admission<ConnectorSender>>;

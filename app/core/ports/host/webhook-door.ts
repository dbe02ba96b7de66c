import type { Provider } from '../../domain/host/repo.ts';

/** One delivery as it came in: header values by lower-case name, and the raw bytes. */
export interface Knock {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Uint8Array;
}

/** A genuine delivery: the host's own id and event, and the bytes untouched. */
export interface ArrivedDelivery {
  readonly provider: Provider;
  readonly guid: string;
  readonly event: string;
  readonly body: Uint8Array;
}

/** What a host's door says of a call: a genuine delivery, or why not and the HTTP status to give. */
export type Admission =
  | { readonly kind: 'admitted'; readonly delivery: ArrivedDelivery }
  | { readonly kind: 'refused'; readonly status: 400 | 401; readonly reason: string };

/** The webhook side of one host. Checks who sent the raw bytes; nothing is parsed, logged or sent. */
export type WebhookDoor = (knock: Knock) => Promise<Admission>;

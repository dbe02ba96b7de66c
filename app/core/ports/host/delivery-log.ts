/** One delivery that the host made or tried, as the host remembers it. Times are ISO 8601 UTC. */
export interface HostDelivery {
  /** What the host wants to be named when it is to deliver again. */
  readonly externalId: string;
  /** The id that a repetition has as well. */
  readonly guid: string;
  readonly deliveredAt: string;
  /** Whether any attempt at this guid was answered 2xx, as far as the page tells. */
  readonly ok: boolean;
}

/** The host's own list of what it delivered. Errors are those of `vcs.ts`. */
export interface DeliveryLog {
  /** How many may be asked for at a time, at least a minute apart, without the host minding. */
  readonly redeliveriesMax: number;
  /**
   * Deliveries since `since` (ISO time), newest first, page by page; `cursor` undefined begins. The host may forget what is
   * older than its own limit (GitHub: three days).
   */
  listDeliveries(page: { since: string; cursor: string | undefined }): Promise<{
    deliveries: readonly HostDelivery[];
    next: string | undefined;
    /** Why this is not all, in words to show: something that somebody has to change. */
    hindered?: string;
  }>;
  /** Asks for one to be delivered again; it arrives under its old guid. Asking twice delivers twice, which changes nothing. */
  redeliver(externalId: string): Promise<void>;
}

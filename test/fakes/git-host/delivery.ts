/** One call of a webhook, or the reason why there was none. */
export interface HookDelivery<Event extends string = string> {
  /** What tells the event from others; the same when it is sent again. */
  readonly guid: string;
  readonly event: Event;
  /** What happened, where the event says it. */
  readonly action: string | undefined;
  /** The exact bytes that were sent. */
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly at: number;
  /** HTTP status of the receiver; null when nothing was sent or nobody answered. */
  readonly status: number | null;
  /** Start of the receiver's answer, or why there is none. */
  readonly response: string;
  readonly durationMs: number;
}

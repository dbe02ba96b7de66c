/** What people are told in a channel of theirs. Redacted by whoever sends it. */
export interface Notice {
  /** UUID of this very notice; the same id is sent once. */
  readonly id: string;
  readonly title: string;
  /** Plain text; whatever looks like markup in it is shown as it is. */
  readonly lines: readonly string[];
  readonly links: readonly { readonly text: string; readonly url: string }[];
}

/** Tells people what happens, where they look anyway. */
export interface Notices {
  readonly channels: readonly { readonly id: string; readonly kind: 'slack' | 'teams' | 'email' }[];
  /**
   * Sends a notice, cut to what the channel takes. A channel cannot be asked what it has, so that a notice whose fate is
   * unknown must not be sent again, except by e-mail, where the same id makes the same `Message-ID`.
   * @throws AppError `denied` where we may not or there is no such channel any more, `limited` and `unavailable` when it may work
   * later and nothing was sent, `ambiguous` when it may have been, `invalid` for what the channel does not take.
   */
  send(channelId: string, notice: Notice): Promise<void>;
}

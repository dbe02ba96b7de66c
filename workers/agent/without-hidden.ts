import { withoutComments } from '#core/domain/text/visible-text.ts';

/**
 * Characters that a reader does not see: soft hyphen, zero-width and bidirectional controls, invisible operators, byte
 * order mark, tag characters and the variation selectors that can carry bytes.
 */
const INVISIBLE = /\u034f|[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\u{e0000}-\u{e01ef}]/gu;

/** Text without what no reader sees; for code, where comments are visible. */
export function withoutInvisible(text: string): string {
  return text.replaceAll(INVISIBLE, '');
}

/** What a reader of rendered Markdown can see of it: no invisible characters and no HTML comments outside code. */
export function withoutHidden(markdown: string): string {
  return withoutComments(withoutInvisible(markdown));
}

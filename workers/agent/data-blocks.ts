import { AppError } from '#core/domain/errors.ts';
import type { Actor } from '#core/domain/host/repo.ts';
import { utf8Bytes, wellFormed } from '#core/domain/text/text-limit.ts';
import { clipText } from './plain-text.ts';
import { withoutHidden, withoutInvisible } from './without-hidden.ts';

/** Puts texts of people between marker lines that they cannot contain. */
export interface DataBlocks {
  /** A block of text that stays within it, whatever it holds. `name` is ours, or made of {@link inLine} parts. */
  block(name: string, text: string): string;
  /** The value as it is, once it is sure that it cannot name the mark. */
  checked(value: string): string;
}

/** Letters and digits, long enough not to be guessed while the run lasts. */
const NONCE = /^[A-Za-z0-9]{16,64}$/;
const IN_LINE_CHARACTERS_MAX = 255;

/**
 * Blocks with a random mark, new for each prompt.
 * @throws AppError `internal` when the mark is too weak; so does every method when a text contains it.
 */
export function dataBlocks(nonce: string): DataBlocks {
  if (!NONCE.test(nonce)) throw new AppError('internal', 'The nonce of a prompt must be 16 to 64 letters and digits');
  const checked = (value: string): string => {
    if (value.includes(nonce)) throw new AppError('internal', 'The nonce of a prompt is not secret');
    return value;
  };
  return {
    checked,
    block: (name, text) => `>>> ${nonce} ${checked(name)}\n${checked(text.trim())}\n<<< ${nonce}`,
  };
}

/** Markdown of people as a reader of the page sees it, at most so many characters of it, cut in the middle. */
export function shownMarkdown(markdown: string, charactersMax: number): string {
  return clipText(wellFormed(withoutHidden(markdown)), charactersMax);
}

/** Code of people, where comments are visible, at most so many characters of it, cut in the middle. */
export function shownCode(code: string, charactersMax: number): string {
  return clipText(wellFormed(withoutInvisible(code)), charactersMax);
}

/** A name that stands in a sentence or a marker line of ours: one line, without quotes of code, not long. */
export function inLine(text: string): string {
  const line = wellFormed(withoutInvisible(text))
    .replaceAll(/[\p{Cc}`\s]+/gu, ' ')
    .trim();
  return line.slice(0, IN_LINE_CHARACTERS_MAX);
}

/** An account and when it spoke, for the name of a block. Logins of GitHub and GitLab have no other characters. */
export function spokenBy(author: Actor, at: string): string {
  const login = author.login.replaceAll(/[^A-Za-z0-9._[\]-]/g, '?').slice(0, IN_LINE_CHARACTERS_MAX);
  return `by ${login}${author.bot ? ' (a program)' : ''} at ${at.replaceAll(/[^0-9TZ:.+-]/g, '?').slice(0, 40)}`;
}

/** Blocks that fit a number of bytes, and how many of them do not. */
export interface FittingBlocks {
  readonly blocks: readonly string[];
  readonly left: number;
}

/**
 * As many blocks as fit: the first ones up to `firstShare` of the room (0 to 1), then the newest; those between are left
 * out. Order is kept.
 */
export function fitBlocks(
  blocks: readonly string[],
  { bytesMax, firstShare }: { bytesMax: number; firstShare: number },
): FittingBlocks {
  const first = takeFitting(blocks, bytesMax * firstShare);
  const newest = takeFitting(blocks.slice(first.taken.length).toReversed(), bytesMax - first.bytes);
  const kept = [...first.taken, ...newest.taken.toReversed()];
  return { blocks: kept, left: blocks.length - kept.length };
}

function takeFitting(blocks: readonly string[], bytesMax: number): { taken: string[]; bytes: number } {
  const taken: string[] = [];
  let bytes = 0;
  for (const block of blocks) {
    const size = utf8Bytes(block) + 2;
    if (bytes + size > bytesMax) break;
    taken.push(block);
    bytes += size;
  }
  return { taken, bytes };
}

import type { CommandWords, ParsedText } from './command.ts';
import { callsIn } from './command-call.ts';
import { wordsOf } from './command-filler.ts';
import { lineAt, readBare, reply, type Heard } from './command-heard.ts';
import { readName } from './command-name.ts';
import { readOptions } from './command-options.ts';
import { readNamed } from './command-reader.ts';
import * as replies from './command-reply.ts';
import { isReordered } from '../text/invisible.ts';
import { visibleText } from '../text/visible-text.ts';

/** Longest text read: GitHub's limit for a comment, with room for other hosts. */
export const TEXT_CHARS_MAX = 100_000;

/**
 * Reads the first call in a comment, an issue or a pull request: `@name …` anywhere, `/name …` or an alias at the start
 * of a line. Calls in quotes, code and HTML comments do not count. Pure and linear in the length of the text.
 *
 * - After the name, on the same line: options, then a command in any case, then its own options; `--` ends both.
 * - `run`, `plan`, `fix`, `reject` and the bare mention take all that follows, to the end of the text. Other commands
 *   take the rest of their line; when a further line has another command, none is taken and a reply says so.
 * - Words that a command cannot take (`cancel the subscription when the user leaves`, `help me with it`): after the
 *   mention they are prose, so all of it, from the command's word on, is the prompt of a bare mention. After a slash or
 *   an alias, after an option of the command, and after `approve` they get a reply. Words that add nothing are passed
 *   over: `status please`, `review this PR`.
 * - `approve`, `reject` and `allow host` count only where the call begins its line; elsewhere they get a reply.
 * - A mention with a single word that is nearly a command (`aprove`) gets a reply, and so does one with no words.
 * - Invisible characters are seen through beside a call and in command, options and host, never inside the call. A
 *   paragraph whose reading direction is turned by invisible characters gets a reply.
 */
export function parseText(text: string, words: CommandWords): ParsedText {
  if (text.length > TEXT_CHARS_MAX) return { kind: 'ignore' };
  // A lone CR ends a line in Markdown too.
  const [call, ...later] = callsIn(visibleText(text.replace(/\r(?!\n)/g, '\n')), words);
  if (call === undefined) return { kind: 'ignore' };
  if (isReordered(text, call.at)) return reply(replies.turnedText());
  return readCall({ text, call, later, mention: words.mention });
}

/** Whether a line could be an alias, which are the repository's own: for who would have to read its configuration to know. */
export function isAliasLike(text: string): boolean {
  return /^\/[a-z]/im.test(text);
}

function readCall(heard: Heard): ParsedText {
  const { text, call, mention } = heard;
  const gap = /^(?:[^\S\r\n]|[,:]|\p{Default_Ignorable_Code_Point})*/u.exec(text.slice(call.end))?.[0] ?? '';
  const begin = call.end + gap.length;
  if (call.verb !== undefined) return readNamed(heard, { verb: call.verb, from: begin, at: begin, given: {} });
  const line = lineAt(text, begin);
  const read = readOptions(line, undefined, {});
  if (read.kind === 'fault') return reply(read.text);
  const { options, closed } = read;
  const from = begin + read.end;
  const name = closed ? undefined : readName(line.slice(read.end));
  if (name !== undefined) return readNamed(heard, { verb: name.verb, from, at: from + name.length, given: options });
  if (call.by === 'mention') return readBare(heard, { from, options, closed });
  const [word] = wordsOf(line.slice(read.end));
  return reply(word === undefined ? replies.nothingSaid(mention) : replies.unknownCommand(mention, word));
}

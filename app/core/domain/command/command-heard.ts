import type { Command, ParsedText } from './command.ts';
import type { Call } from './command-call.ts';
import { onlyWord, saysSomething } from './command-filler.ts';
import { likelyVerb } from './command-list.ts';
import type { RunOptions } from '../run/run-task.ts';
import * as replies from './command-reply.ts';
import { withoutComments } from '../text/visible-text.ts';

/** A call with the text around it; `later` are the calls after it, `mention` is our name. */
export interface Heard {
  readonly text: string;
  readonly call: Call;
  readonly later: readonly Call[];
  readonly mention: string;
}

/** The answer to a mistake. */
export function reply(text: string): ParsedText {
  return { kind: 'reply', text };
}

/** A command that was read. */
export function command(read: Command): ParsedText {
  return { kind: 'command', command: read };
}

/** The rest of the line. */
export function lineAt(text: string, from: number): string {
  return /^[^\r\n]*/.exec(text.slice(from))?.[0] ?? '';
}

/** The rest of the line less the HTML comments that begin in it, which readers do not see. */
export function seenLineAt(text: string, from: number): string {
  // Without the white space, which would make it look like indented code.
  return lineAt(withoutComments(text.slice(from).replace(/^[^\S\r\n]+/, '')), 0);
}

/** A prompt from here to the end of the text, exactly as written; empty when no reader sees a word in it. */
export function promptAt(text: string, from: number): string {
  const prompt = text.slice(from).trim();
  return saysSomething(prompt) ? prompt : '';
}

/** Words without a command's name. One that is nearly a name is taken for a mistake, unless `closed`: `--` stood before it. */
export function readBare(
  { text, mention }: Heard,
  bare: { from: number; options: RunOptions; closed: boolean },
): ParsedText {
  const prompt = promptAt(text, bare.from);
  if (prompt === '') return reply(replies.nothingSaid(mention));
  const word = bare.closed ? undefined : onlyWord(prompt);
  const verb = word === undefined ? undefined : likelyVerb(word);
  if (word !== undefined && verb !== undefined) return reply(replies.didYouMean(mention, word, verb));
  return command({ verb: 'run', prompt, options: bare.options, explicit: false });
}

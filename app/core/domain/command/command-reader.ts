import type { HostScope, ParsedText } from './command.ts';
import { isFiller, wordsOf } from './command-filler.ts';
import { command, lineAt, promptAt, readBare, reply, seenLineAt, type Heard } from './command-heard.ts';
import type { Verb } from './command-list.ts';
import { isDecision, readName } from './command-name.ts';
import type { RunOptions } from '../run/run-task.ts';
import { readOptions } from './command-options.ts';
import * as replies from './command-reply.ts';
import { hostName } from '../host/host-name.ts';
import { asSeen } from '../text/invisible.ts';

/** A command's name was read: `from` is where it begins, `at` where its words begin; `given` are options before it. */
interface Named<V extends Verb = Verb> {
  readonly verb: V;
  readonly from: number;
  readonly at: number;
  readonly given: RunOptions;
}

type Prompted = 'run' | 'plan' | 'fix';
type Plain = Exclude<Verb, Prompted | 'reject' | 'allow-host' | 'help'>;

/** Reads what follows a command's name, by the rules of {@link parseText}. */
export function readNamed(heard: Heard, named: Named): ParsedText {
  const { verb, ...rest } = named;
  if (isDecision(verb) && !heard.call.onItsOwn) return reply(replies.ownLine(heard.mention, verb));
  switch (verb) {
    case 'run':
    case 'plan':
    case 'fix':
      return readPrompted(heard, { verb, ...rest });
    case 'reject':
      return alone(heard, rest.at, command({ verb, reason: heard.text.slice(rest.at).trim() }));
    case 'allow-host':
      return alone(heard, rest.at, readHost(heard, rest.at));
    case 'help':
      return alone(heard, rest.at, readHelp(heard, { verb, ...rest }));
    default:
      return alone(heard, rest.at, readPlain(heard, { verb, ...rest }));
  }
}

/** The answer, unless it is a command of one line and a further line has another: of two, none would be a guess. */
function alone({ text, later }: Heard, at: number, answer: ParsedText): ParsedText {
  if (answer.kind !== 'command' || answer.command.verb === 'run') return answer;
  const end = at + lineAt(text, at).length;
  const another = later.some((call) => call.at >= end && call.onItsOwn);
  return another ? reply(replies.oneAtATime()) : answer;
}

function readPrompted({ text, mention }: Heard, { verb, at, given }: Named<Prompted>): ParsedText {
  const read = readOptions(lineAt(text, at), verb, given);
  if (read.kind === 'fault') return reply(read.text);
  const { options } = read;
  const prompt = promptAt(text, at + read.end);
  if (verb === 'fix') return command({ verb, prompt, options });
  if (prompt === '') return reply(replies.needsWords(mention, verb));
  return command(verb === 'run' ? { verb, prompt, options, explicit: true } : { verb, prompt, options });
}

function readPlain(heard: Heard, { verb, from, at, given }: Named<Plain>): ParsedText {
  const { text, call, mention } = heard;
  const read = readOptions(lineAt(text, at), verb, given);
  if (read.kind === 'fault') return reply(read.text);
  const line = seenLineAt(text, at + read.end);
  const isAsked = verb === 'approve' && line.includes('?');
  if (isAsked || !isFiller(wordsOf(line), verb)) {
    const isProse = call.by === 'mention' && verb !== 'approve' && read.end === 0;
    if (isProse) return readBare(heard, { from, options: given, closed: false });
    return reply(replies.takesNoWords(mention, verb));
  }
  const { options } = read;
  return command(verb === 'review' || verb === 'retry' ? { verb, options } : { verb });
}

function readHelp(heard: Heard, { verb, from, at, given }: Named<'help'>): ParsedText {
  const { text, call, mention } = heard;
  const read = readOptions(lineAt(text, at), verb, given);
  if (read.kind === 'fault') return reply(read.text);
  const line = seenLineAt(text, at);
  const words = wordsOf(line);
  if (isFiller(words, verb)) return command({ verb });
  const about = readName(line);
  if (about !== undefined && isFiller(wordsOf(line.slice(about.length)), verb))
    return command({ verb, about: about.verb });
  const [word = ''] = words;
  if (call.by === 'mention' && words.length > 1) return readBare(heard, { from, options: given, closed: false });
  return reply(replies.noSuchHelp(mention, word));
}

const SCOPES: ReadonlyMap<string, HostScope> = new Map<string, HostScope>([
  ['once', 'once'],
  ['repo', 'repo'],
]);

function readHost({ text, mention }: Heard, at: number): ParsedText {
  const words = asSeen(seenLineAt(text, at)).toLowerCase().split(/\s+/);
  const [name = '', scopeName = 'once', ...more] = words.filter((word) => word !== '');
  const host = hostName(name.replace(/^`(.*)`[.,]?$/, '$1'));
  if (host === undefined) return reply(replies.hostSyntax(mention, name === '' ? undefined : name));
  const scope = SCOPES.get(scopeName.replace(/[.,!]$/, ''));
  if (scope !== undefined && isFiller(wordsOf(more.join(' ')), 'allow-host'))
    return command({ verb: 'allow-host', host, scope });
  return reply(replies.hostSyntax(mention, undefined));
}

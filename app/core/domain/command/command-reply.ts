import { COMMANDS, likelyVerb, nameOf, OPTION_NAMES, OPTIONS, type OptionName, type Verb } from './command-list.ts';
import { nearest } from './near-word.ts';

// Whatever a person wrote is shown in code, stripped of all that could end the code, mention or command.

const SHOWN_CHARS_MAX = 40;

function shown(word: string): string {
  const plain = word.replace(/[^\w.,:*$€%=+?!/-]/g, '');
  const cut = plain.length > SHOWN_CHARS_MAX ? `${plain.slice(0, SHOWN_CHARS_MAX)}…` : plain;
  return cut === '' ? 'that word' : `\`${cut}\``;
}

function written(mention: string, words: string): string {
  return `\`@${mention} ${words}\``;
}

function seeHelp(mention: string): string {
  return `${written(mention, 'help')} lists all commands.`;
}

function asTask(mention: string): string {
  return `If it is a task for me, write ${written(mention, 'run')} before it.`;
}

/** Nothing was said after a call. */
export function nothingSaid(mention: string): string {
  return `Tell me what to do, for example: ${written(mention, 'fix the failing test')}. I will answer here with a pull or merge request. ${seeHelp(mention)}`;
}

/** A command that needs words has none. */
export function needsWords(mention: string, verb: Verb): string {
  return `\`${nameOf(verb)}\` needs to know what to do: ${written(mention, COMMANDS[verb].syntax)}.`;
}

/** A command that stands alone is followed by words. */
export function takesNoWords(mention: string, verb: Verb): string {
  return `I have done nothing, because \`${nameOf(verb)}\` takes no words. Did you mean ${written(mention, COMMANDS[verb].syntax)}? ${asTask(mention)}`;
}

/** A decision is taken only where it begins its line. */
export function ownLine(mention: string, verb: Verb): string {
  return `I have done nothing, because \`${nameOf(verb)}\` decides something and so has to stand on a line of its own: ${written(mention, COMMANDS[verb].syntax)}. ${asTask(mention)}`;
}

/** One word that looks like a command and is none; `verb` is what it most likely stands for. */
export function didYouMean(mention: string, word: string, verb: Verb): string {
  return `I am not sure what to do with ${shown(word)} alone. Did you mean ${written(mention, COMMANDS[verb].syntax)}? ${asTask(mention)}`;
}

/** What was called with a slash is no command. */
export function unknownCommand(mention: string, word: string): string {
  const near = likelyVerb(word);
  const guess = near === undefined ? '' : ` Did you mean ${written(mention, COMMANDS[near].syntax)}?`;
  return `I do not know what to do with ${shown(word)}.${guess} ${seeHelp(mention)}`;
}

/** `help` about something that is no command. */
export function noSuchHelp(mention: string, word: string): string {
  const near = likelyVerb(word);
  const guess = near === undefined ? '' : ` Did you mean ${written(mention, `help ${nameOf(near)}`)}?`;
  return `I have no command ${shown(word)}.${guess} ${seeHelp(mention)}`;
}

/** Several commands in one text. */
export function oneAtATime(): string {
  return 'I have done nothing, because there are several commands in one comment. Please write one comment for each.';
}

/** Readers may see other words, or words in another order, than are stored. */
export function turnedText(): string {
  return 'I have done nothing, because this paragraph has invisible characters that change its reading direction, so people and I may read different things. Please write it again without them.';
}

/** `allow host` without one host and one scope; `fault` is a host's name that is none. */
export function hostSyntax(mention: string, fault: string | undefined): string {
  const what =
    fault === undefined
      ? 'I need one host and, if you like, `once` or `repo`; the host is written'
      : `I cannot read ${shown(fault)} as the name of a host, which is written`;
  return `${what}, without scheme, port, path or \`*\`: ${written(mention, 'allow host registry.npmjs.org once')} for this request, or ${written(mention, 'allow host registry.npmjs.org repo')} for good.`;
}

function optionsOf(verb: Verb | undefined): string {
  const names = verb === undefined ? OPTION_NAMES : COMMANDS[verb].options;
  return names.length === 0 ? '' : ` Options are ${names.map((name) => `\`${OPTIONS[name].syntax}\``).join(', ')}.`;
}

/** An option that nobody knows. */
export function unknownOption(name: string, verb: Verb | undefined): string {
  const near = nearest(name, OPTION_NAMES);
  const guess = near === undefined ? '' : ` Did you mean \`--${near}\`?`;
  return `I do not know the option ${shown(`--${name}`)}.${guess}${optionsOf(verb) || ` \`${nameOf(verb ?? 'run')}\` takes none.`} Put \`--\` before words that begin with dashes.`;
}

/** An option that this command does not take. */
export function unfitOption(name: OptionName, verb: Verb | undefined): string {
  return `\`${nameOf(verb ?? 'run')}\` takes no \`--${name}\`.${optionsOf(verb)}`;
}

/** The same option twice. */
export function repeatedOption(name: OptionName, verb: Verb | undefined): string {
  return `\`--${name}\` is there twice; please write it once.${optionsOf(verb)}`;
}

/** An option with a value that is none, or without one. */
export function malformedOption(name: OptionName, value: string | undefined, verb: Verb | undefined): string {
  const { syntax, does } = OPTIONS[name];
  const what =
    value === undefined ? `\`--${name}\` needs a value` : `I cannot read ${shown(value)} as a value for \`--${name}\``;
  const fault = name === 'draft' ? `\`--draft\` takes no value` : `${what}: \`${syntax}\` (${does})`;
  return `${fault}.${optionsOf(verb)}`;
}

import type { CommandWords } from './command.ts';
import { COMMANDS, OPTIONS, VERBS, type Verb } from './command-list.ts';
import { roleNeeded } from '../rules/role.ts';

/** Who may give a command, in a few words. */
function whoMay(verb: Verb): string {
  if (verb !== 'allow-host') return `people with \`${roleNeeded({ verb })}\` access or more`;
  const once = roleNeeded({ verb, scope: 'once' });
  const repo = roleNeeded({ verb, scope: 'repo' });
  return `\`once\`: people with \`${once}\` access or more; \`repo\`: with \`${repo}\` access or more`;
}

/** The aliases of a command that are set here, in code. */
function aliasesOf(words: CommandWords, verb: Verb): string[] {
  return [...words.aliases].filter(([, meant]) => meant === verb).map(([alias]) => `\`${alias}\``);
}

function overview(words: CommandWords): string {
  const rows = VERBS.map((verb) => {
    const aliases = aliasesOf(words, verb);
    const also = aliases.length === 0 ? '' : ` Also ${aliases.join(', ')}.`;
    return `| \`@${words.mention} ${COMMANDS[verb].syntax}\` | ${COMMANDS[verb].does}${also} |`;
  });
  return [
    ['| command | what it does |', '|---|---|', ...rows].join('\n'),
    `Without a command, what follows \`@${words.mention}\` is a task for me, or goes on with the open one here. \`/${words.mention}\` at the start of a line does as well. Options stand directly after the command; \`@${words.mention} help COMMAND\` lists them.`,
  ].join('\n\n');
}

function detail(words: CommandWords, verb: Verb): string {
  const { syntax, does, options } = COMMANDS[verb];
  const aliases = aliasesOf(words, verb);
  return [
    `\`@${words.mention} ${syntax}\``,
    `${does} Who may: ${whoMay(verb)}.`,
    ...(aliases.length === 0 ? [] : [`Also: ${aliases.join(', ')}.`]),
    ...(options.length === 0
      ? []
      : [options.map((name) => `- \`${OPTIONS[name].syntax}\`: ${OPTIONS[name].does}`).join('\n')]),
  ].join('\n\n');
}

/** The answer to `help`, or to `help COMMAND`: Markdown, ready to post. Everything that could be read as a command is in code. */
export function helpText(words: CommandWords, about?: Verb): string {
  return about === undefined ? overview(words) : detail(words, about);
}

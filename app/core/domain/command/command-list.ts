import { nearest } from './near-word.ts';

/** Every command there is, in the order in which people are shown them. */
export const VERBS = [
  'run',
  'plan',
  'approve',
  'reject',
  'retry',
  'cancel',
  'status',
  'review',
  'fix',
  'revert',
  'explain',
  'config',
  'allow-host',
  'help',
] as const;
export type Verb = (typeof VERBS)[number];

/** Every option there is, as it is written after `--`. */
export const OPTION_NAMES = ['model', 'max-tokens', 'max-cost', 'base', 'draft'] as const;
export type OptionName = (typeof OPTION_NAMES)[number];

/** How a command is written (capitals stand for words of the user, brackets for what may be left out), and one line on what it does. */
export interface CommandEntry {
  readonly syntax: string;
  readonly does: string;
  readonly options: readonly OptionName[];
}

/** The same for an option. */
export interface OptionEntry {
  readonly syntax: string;
  readonly does: string;
}

const ALL: readonly OptionName[] = OPTION_NAMES;
/** What goes on with, or judges, something that has its branch already. */
const SPENDING: readonly OptionName[] = ['model', 'max-tokens', 'max-cost'];

/** The one list of commands: parser, help and the guides in `docs/guides/commands` are held to it. */
export const COMMANDS: Readonly<Record<Verb, CommandEntry>> = {
  run: {
    syntax: 'run [OPTIONS] PROMPT',
    does: 'Makes a new request: the change you describe, as a pull or merge request.',
    options: ALL,
  },
  plan: { syntax: 'plan [OPTIONS] PROMPT', does: 'Writes a plan first, and codes once it is approved.', options: ALL },
  approve: { syntax: 'approve', does: 'Approves the plan or the change that waits in this thread.', options: [] },
  reject: { syntax: 'reject [REASON]', does: 'Rejects the plan or the change that waits in this thread.', options: [] },
  retry: { syntax: 'retry [OPTIONS]', does: 'Runs the newest request of this thread once more.', options: SPENDING },
  cancel: { syntax: 'cancel', does: 'Stops what runs and drops what waits in this thread.', options: [] },
  status: { syntax: 'status', does: 'Says what runs, what waits and what it has cost so far.', options: [] },
  review: {
    syntax: 'review [OPTIONS]',
    does: 'Reviews this pull or merge request; findings are comments on its lines.',
    options: SPENDING,
  },
  fix: {
    syntax: 'fix [OPTIONS] [PROMPT]',
    does: 'Fixes open review comments or failing checks here, or what you name.',
    options: ALL,
  },
  revert: {
    syntax: 'revert',
    does: 'Takes back the merged change of this thread, by a pull or merge request of its own.',
    options: [],
  },
  explain: {
    syntax: 'explain',
    does: 'Says which rule, at which version of the configuration, allowed or refused something (also `why`).',
    options: [],
  },
  config: { syntax: 'config', does: 'Shows the configuration that holds in this repository.', options: [] },
  'allow-host': {
    syntax: 'allow host NAME [once or repo]',
    does: 'Lets the workspace reach a host: for this request (`once`) or always in this repository (`repo`).',
    options: [],
  },
  help: { syntax: 'help [COMMAND]', does: 'Shows this list, or one command in full.', options: [] },
};

/** What the options mean, in the order in which people are shown them. */
export const OPTIONS: Readonly<Record<OptionName, OptionEntry>> = {
  model: { syntax: '--model NAME', does: 'model to use, of those that the operator offers' },
  'max-tokens': { syntax: '--max-tokens N', does: 'most tokens it may use, such as `200k` or `1.5M`' },
  'max-cost': { syntax: '--max-cost N', does: 'most US dollars it may cost, such as `5`, `$2.50` or `5usd`' },
  base: { syntax: '--base BRANCH', does: 'branch to begin from and to propose the change to' },
  draft: { syntax: '--draft', does: 'opens the pull or merge request as a draft' },
};

const OTHER_NAMES: ReadonlyMap<string, Verb> = new Map([['why', 'explain']]);

/** The command of this very name, in any case; `why` is `explain`. */
export function verbOf(word: string): Verb | undefined {
  const name = word.toLowerCase();
  return VERBS.find((verb) => verb === name) ?? OTHER_NAMES.get(name);
}

/** What people write who look for one of ours. */
const MEANT: ReadonlyMap<string, Verb> = new Map<string, Verb>([
  ['stop', 'cancel'],
  ['abort', 'cancel'],
  ['accept', 'approve'],
  ['decline', 'reject'],
  ['rerun', 'retry'],
  ['rollback', 'revert'],
  ['undo', 'revert'],
  ['allow', 'allow-host'],
]);

/** The command that a word most likely stands for which is, or nearly is, its name. */
export function likelyVerb(word: string): Verb | undefined {
  return verbOf(word) ?? MEANT.get(word.toLowerCase()) ?? nearest(word, VERBS);
}

/** The option of this very name, less its dashes and in any case. */
export function optionOf(name: string): OptionName | undefined {
  return OPTION_NAMES.find((option) => option === name.toLowerCase());
}

/** A command as people write its name: the only one of two words is `allow host`. */
export function nameOf(verb: Verb): string {
  return verb === 'allow-host' ? 'allow host' : verb;
}

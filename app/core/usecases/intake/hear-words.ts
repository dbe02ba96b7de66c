import { verbOf } from '../../domain/command/command-list.ts';
import { versionWords } from '../../domain/rules/config-text.ts';
import type { Command, CommandWords, ParsedText } from '../../domain/command/command.ts';
import { isAliasLike, parseText } from '../../domain/command/parse-text.ts';
import type { Said } from '../../domain/host/inbound.ts';
import { fullName, type Actor, type RepoRef } from '../../domain/host/repo.ts';
import { hasRole, mayCommand, roleNeeded, type Role } from '../../domain/rules/role.ts';
import { wordsKeyOf } from '../../domain/command/words-key.ts';
import type { Heard } from '../../ports/heard.ts';
import type { Logger } from '../../ports/runtime.ts';
import type { Authoriser, Confirmer, Identity } from '../../ports/host/vcs.ts';
import { answer, refusalTopic, type AnswerDeps } from '../command/answer.ts';
import type { Arrived } from '../command/commander.ts';
import { obeyCommand, type ObeyCommandDeps } from '../command/obey-command.ts';
import { isProgram } from './our-accounts.ts';
import { readRepositoryConfig } from '../config/read-repository-config.ts';
import { isConfirmed, NOT_CONFIRMED } from '../command/is-confirmed.ts';
import { noneUnlessPassing } from '../config/read-terms.ts';

/** What hearing needs. `words` are those that people address us by. */
export type HearWordsDeps = ObeyCommandDeps &
  AnswerDeps & {
    readonly host: Authoriser & Identity & Partial<Confirmer>;
    readonly store: { readonly heard: Heard };
    readonly logger: Logger;
    readonly words: CommandWords;
  };

/** Commands that begin a run; the repository's `run_by` can open them to people who may not write. */
const STARTS: ReadonlySet<Command['verb']> = new Set<Command['verb']>([
  ...(['run', 'plan', 'fix', 'review'] as const),
  ...(['retry', 'revert'] as const),
]);

/**
 * Hears what a person said: ignores what is not for us, refuses once what the person may not ask, and does the rest. The
 * person's role is asked live, before anything else costs anything. Words are heard once, whatever number of deliveries
 * bring them: they belong to the first that the host stands by, which is repeated until it is settled.
 */
export async function hearWords(deps: HearWordsDeps, said: Said, arrived: Arrived): Promise<string> {
  const parsed = await parse(deps, said);
  if (parsed.kind === 'ignore') return 'ignored: no mention';
  if (await isProgram(deps.host, said.repo, said.actor)) return 'ignored: written by a bot';
  if (!(await isConfirmed(deps, said))) return NOT_CONFIRMED;
  if ((await deps.store.heard.hear(wordsKeyOf(said), arrived.deliveryId)) === 'repeated')
    return 'repeated: another delivery brought these words';
  const role = await deps.host.roleOf(said.repo, said.actor).catch(noneUnlessPassing);
  // A mistake is corrected for those who could have got it right; to others it is one more request.
  if (parsed.kind === 'reply' && mayCommand(role, { verb: 'run' })) {
    await answer(deps, said, { topic: `reply:${arrived.deliveryId}`, text: parsed.text, since: arrived.receivedAt });
    return 'answered';
  }
  const command: Command =
    parsed.kind === 'reply' ? { verb: 'run', prompt: '', options: {}, explicit: true } : parsed.command;
  const verdict = await judge(deps, { repo: said.repo, command });
  if (verdict === 'not a trigger') return 'ignored: a mention is no trigger here';
  if (!hasRole(role, verdict.needed)) {
    const text = refusal(said, role, verdict);
    await answer(deps, said, { topic: refusalTopic(said.actor), text, since: arrived.receivedAt });
    return `refused: role ${role}`;
  }
  return obeyCommand(deps, { ...said, role, ...arrived }, command);
}

/** Aliases are the repository's, so only a line that could be one costs reading its configuration. */
async function parse(deps: HearWordsDeps, said: Said): Promise<ParsedText> {
  const parsed = parseText(said.text, deps.words);
  if (parsed.kind !== 'ignore' || said.actor.bot || !isAliasLike(said.text)) return parsed;
  const read = await readRepositoryConfig(deps, said.repo);
  if (read.kind === 'faulty') return parsed;
  return parseText(said.text, { ...deps.words, aliases: aliasesOf(read.config) });
}

function aliasesOf(config: { readonly commands: { readonly aliases: Readonly<Record<string, string>> } }) {
  const aliases = new Map<string, Command['verb']>();
  for (const [alias, word] of Object.entries(config.commands.aliases)) {
    const verb = word === 'allow' ? 'allow-host' : verbOf(word);
    if (verb !== undefined) aliases.set(alias, verb);
  }
  return aliases;
}

/** The role that a command takes here, and which rule says so. */
interface Judged {
  readonly needed: Role;
  readonly rule: string;
}

/** Which role this command takes here: by the table of commands, or by what the repository opens or closes to people. */
async function judge(
  deps: HearWordsDeps,
  { repo, command }: { repo: RepoRef; command: Command },
): Promise<Judged | 'not a trigger'> {
  if (!STARTS.has(command.verb)) return { needed: roleNeeded(command), rule: 'which no configuration changes' };
  const read = await readRepositoryConfig(deps, repo);
  const isBare = command.verb === 'run' && !command.explicit;
  if (isBare && read.kind === 'config' && !read.config.triggers.mention) return 'not a trigger';
  // What the file says cannot be known, so the default holds; the run itself tells what is wrong with it.
  if (read.kind === 'faulty') return { needed: 'write', rule: '`run_by`, by the default' };
  return { needed: read.config.run_by, rule: `\`run_by\`, by ${versionWords(read.version)}` };
}

function refusal(said: { repo: RepoRef; actor: Actor }, role: Role, { needed, rule }: Judged): string {
  const has = role === 'none' ? 'nothing that the host would confirm' : `\`${role}\``;
  return `I take this from people with \`${needed}\` access to ${fullName(said.repo)} (${rule}); @${said.actor.login} has ${has}. A maintainer can ask instead.`;
}

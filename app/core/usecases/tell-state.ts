import { configList, configSourceLine, type ServerSettings } from '../domain/config-text.ts';
import { explainText, statusText } from '../domain/state-text.ts';
import type { Redactor } from '../domain/secrets.ts';
import type { Conversations } from '../ports/conversations.ts';
import type { Healing } from '../ports/healing.ts';
import type { Listening } from '../ports/heard.ts';
import type { Runtime } from '../ports/runtime.ts';
import { keyOf } from './cancel-thread.ts';
import type { Commander, Obeyed } from './commander.ts';
import { HEALING_TRIES } from './heal-deliveries.ts';
import { readRepositoryConfig, type ReadRepositoryConfigDeps } from './read-repository-config.ts';

/** What telling needs. */
export type TellStateDeps = ReadRepositoryConfigDeps & {
  readonly store: { readonly conversations: Conversations; readonly healing: Healing; readonly listening: Listening };
  readonly runtime: Runtime;
  readonly redactor: Redactor;
  readonly server: ServerSettings;
};

/** Answers how the thread's request stands, why it does, or which configuration counts. */
export async function tellState(
  deps: TellStateDeps,
  by: Commander,
  what: 'status' | 'explain' | 'config',
): Promise<Obeyed> {
  const outcome = `answered: ${what}`;
  const read = await readRepositoryConfig(deps, by.repo);
  if (read.kind === 'faulty') return { outcome, text: read.message };
  if (what === 'config')
    return { outcome, text: `${configSourceLine(read)}\n\n${configList(read.config, deps.server)}` };
  const { conversations } = deps.store;
  const standing = await conversations.find(keyOf(by.repo, by.thread), 'any');
  const ahead = standing === undefined ? 0 : await conversations.ahead(standing.run.id);
  const waiting = standing === undefined ? 0 : (await conversations.waiting(standing.request.id)).length;
  const facts = { standing, ahead, waiting, now: deps.runtime.now() };
  if (what === 'status') {
    const healed = await deps.store.healing.standing(by.repo.provider, HEALING_TRIES.triesMax);
    const listened = await deps.store.listening.standing(by.repo);
    return { outcome, text: deps.redactor.redact(statusText({ ...facts, healed, listened })) };
  }
  const text = explainText(facts, { rules: read.config, version: read.version, by });
  return { outcome, text: deps.redactor.redact(text) };
}

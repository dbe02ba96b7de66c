import { configList, configSourceLine, type ServerSettings } from '../../domain/rules/config-text.ts';
import { explainText } from '../../domain/command/explain-text.ts';
import { statusText } from '../../domain/run/state-text.ts';
import type { Redactor } from '../../domain/text/secrets.ts';
import type { Conversations, Standing } from '../../ports/conversations.ts';
import type { Healing } from '../../ports/healing.ts';
import type { Listening } from '../../ports/heard.ts';
import type { Runtime } from '../../ports/runtime.ts';
import type { Effects, RunLogRecord } from '../../ports/store.ts';
import { refusalTopic, replyKey } from './answer.ts';
import { keyOf } from './cancel-thread.ts';
import type { Commander, Obeyed } from './commander.ts';
import { HEALING_TRIES } from '../intake/heal-deliveries.ts';
import { usedQuotas, type QuotaDeps } from '../request/over-quota.ts';
import {
  readRepositoryConfig,
  type ReadRepositoryConfig,
  type ReadRepositoryConfigDeps,
} from '../config/read-repository-config.ts';
import { RULES_STAGE } from '../config/read-terms.ts';

/** What telling needs. */
export type TellStateDeps = ReadRepositoryConfigDeps &
  QuotaDeps & {
    readonly store: {
      readonly conversations: Conversations;
      readonly healing: Healing;
      readonly listening: Listening;
      readonly effects: Pick<Effects, 'read'>;
      readonly log: RunLogRecord;
    };
    readonly runtime: Runtime;
    readonly redactor: Redactor;
    readonly server: ServerSettings;
  };

const RULES_WITHIN_EVENTS = 20;

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
  const text = await explain(deps, by, { read, standing });
  return { outcome, text: deps.redactor.redact(text) };
}

async function explain(
  deps: TellStateDeps,
  by: Commander,
  { read, standing }: { read: Extract<ReadRepositoryConfig, { kind: 'config' }>; standing: Standing | undefined },
): Promise<string> {
  const { conversations, effects } = deps.store;
  const { config: rules, version } = read;
  const refusal = await effects.read(replyKey(deps.runtime, by, refusalTopic(by.actor)), 'reply');
  return explainText(
    { standing },
    {
      rules,
      version,
      by,
      server: deps.server,
      quotas: await usedQuotas(deps, keyOf(by.repo, by.thread), by),
      allowedHosts: standing === undefined ? [] : await conversations.allowedHosts(standing.request),
      refusedAt: refusal?.state === 'confirmed' ? (refusal.url ?? undefined) : undefined,
      wentBy: standing === undefined ? undefined : await rulesOf(deps, standing.run.id),
    },
  );
}

/** What a run's log says about the rules it went by; it is said before there is much else. */
async function rulesOf({ store }: TellStateDeps, runId: string): Promise<string | undefined> {
  const { head } = await store.log.readLogEnds(runId, { head: RULES_WITHIN_EVENTS, tail: 0 });
  return head.findLast(({ stage }) => stage === RULES_STAGE)?.message;
}

import type { Marked } from '../../domain/host/inbound.ts';
import type { Arrived } from '../command/commander.ts';
import { isConfirmed, NOT_CONFIRMED } from '../command/is-confirmed.ts';
import { hearWords, type HearWordsDeps } from './hear-words.ts';
import { obeyCommand } from '../command/obey-command.ts';
import { isProgram } from './our-accounts.ts';
import { readRepositoryConfig } from '../config/read-repository-config.ts';
import { noneUnlessPassing } from '../config/read-terms.ts';
import { isTriggered } from '../../domain/rules/repository-bounds.ts';
import { hasRole } from '../../domain/rules/role.ts';

/**
 * A label or an assignment asks for what the thread says, where the repository's configuration makes it a trigger: the title
 * and the body are the request. Whoever put it there is who asks.
 */
export async function hearMarked(
  deps: Parameters<typeof hearWords>[0],
  marked: Marked,
  arrived: Arrived,
): Promise<string> {
  const { repo, actor, thread, by } = marked;
  const self = await deps.host.self(repo);
  if (await isProgram(deps.host, repo, actor)) return 'ignored: marked by a bot';
  const read = await readRepositoryConfig(deps, repo);
  if (read.kind === 'faulty') return 'ignored: the configuration is faulty';
  const { run_by: least } = read.config;
  if (!isTriggered(read.config, by, self.id)) return `ignored: this ${by.kind} is no trigger here`;
  if (!(await isConfirmed(deps, marked))) return NOT_CONFIRMED;
  const role = await deps.host.roleOf(repo, actor).catch(noneUnlessPassing);
  if (!hasRole(role, least)) return `refused: role ${role}`;
  if (await deps.store.conversations.seen(arrived.deliveryId)) return 'repeated';
  const prompt = [thread.title, thread.body].join('\n\n').trim();
  return obeyCommand(
    deps satisfies HearWordsDeps,
    { repo, actor, role, thread, trigger: { kind: 'thread' }, ...arrived },
    { verb: 'run', prompt, options: {}, explicit: true },
  );
}

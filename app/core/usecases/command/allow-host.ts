import type { Command } from '../../domain/command/command.ts';
import type { Conversations } from '../../ports/conversations.ts';
import { keyOf } from './cancel-thread.ts';
import type { Commander, Obeyed } from './commander.ts';

/**
 * Lets workspaces reach one more host: those of this request from its next run on, or all of the repository. Workspaces that
 * are open already keep what they were opened with.
 */
export async function allowHost(
  deps: { readonly store: { readonly conversations: Conversations } },
  by: Commander,
  { host, scope }: Extract<Command, { verb: 'allow-host' }>,
): Promise<Obeyed> {
  const { conversations } = deps.store;
  const standing = scope === 'once' ? await conversations.find(keyOf(by.repo, by.thread), 'open') : undefined;
  if (scope === 'once' && standing === undefined)
    return {
      outcome: 'nothing open',
      text: 'There is no open request here. Use `repo` to allow it for the repository.',
    };
  await conversations.allowHost({
    repo: by.repo,
    requestId: standing?.request.id ?? null,
    host,
    by: by.actor,
    deliveryId: by.deliveryId,
  });
  const where = scope === 'once' ? 'from the next run of this request on' : 'for every later run in this repository';
  return { outcome: `allowed ${scope}`, text: `Workspaces may reach \`${host}\` ${where}. \`retry\` runs it again.` };
}

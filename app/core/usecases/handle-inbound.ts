import type { Command, CommandWords } from '../domain/command.ts';
import { AppError } from '../domain/errors.ts';
import { helpText } from '../domain/help.ts';
import type { InboundEvent, Said, ThreadMoved } from '../domain/inbound.ts';
import { parseText } from '../domain/parse-text.ts';
import { fullName, type Provider } from '../domain/repo.ts';
import { mayCommand } from '../domain/role.ts';
import type { Redactor } from '../domain/secrets.ts';
import type { Logger, Runtime } from '../ports/runtime.ts';
import type { Effects, Inbox, Outbox, Runs } from '../ports/store.ts';
import type { Authoriser, BaseReader, Commenter, Identity, Translator } from '../ports/vcs.ts';
import { answer } from './answer.ts';
import { cancelRun } from './cancel-run.ts';
import type { HoldRunDeps } from './hold-run.ts';
import { submitRequest } from './submit-request.ts';

/** What reading a delivery needs. `mention` is the bot's name without `@`. */
export interface HandleInboundDeps extends HoldRunDeps {
  readonly store: { inbox: Inbox; runs: Runs; effects: Effects; outbox: Outbox };
  readonly host: Authoriser & BaseReader & Commenter & Identity & Translator;
  readonly runtime: Runtime;
  readonly redactor: Redactor;
  readonly logger: Logger;
  readonly mention: string;
}

/**
 * Reads one recorded delivery and does what it asks: submit a request, cancel runs, answer, or nothing. Doing it twice
 * changes nothing. The delivery is settled with what became of it; a body that is not what it claims to be too.
 * @throws AppError retryable ones only, before anything was decided; the delivery stays unsettled then.
 */
export async function handleInbound(deps: HandleInboundDeps, deliveryId: string): Promise<void> {
  const read = await deps.store.inbox.read(deliveryId);
  if (read === undefined || read.settled) return;
  const arrived = { deliveryId, receivedAt: read.receivedAt };
  const outcome = await act(deps, translate(deps, read.delivery), arrived).catch((thrown: unknown) => {
    if (!isRefusal(thrown)) throw thrown;
    deps.logger.error({ deliveryId, err: thrown }, 'the host refuses what a delivery needs');
    return `failed: ${thrown.message}`;
  });
  await deps.store.inbox.settle(deliveryId, outcome);
  const { guid, event } = read.delivery;
  deps.logger.info({ deliveryId, guid, event, outcome }, 'delivery settled');
}

function act(
  deps: HandleInboundDeps,
  event: ReturnType<typeof translate>,
  delivery: { deliveryId: string; receivedAt: string },
): Promise<string> {
  switch (event.kind) {
    case 'ignored':
      return Promise.resolve(`ignored: ${event.reason}`);
    case 'thread':
      return event.change === 'reopened' ? Promise.resolve('ignored: reopened') : cancelThread(deps, event);
    case 'said':
      return hear(deps, event, delivery);
    default:
      return Promise.resolve(`ignored: ${event.kind}`);
  }
}

/** What a host refuses for good does not get better by asking again; a fault of ours does, once it is mended. */
function isRefusal(thrown: unknown): thrown is AppError {
  return thrown instanceof AppError && ['denied', 'missing', 'invalid'].includes(thrown.code);
}

/** A host that will not say what a person may do has said no; one that is away is asked again. */
function unconfirmed(thrown: unknown): 'unconfirmed' {
  if (isRefusal(thrown)) return 'unconfirmed';
  throw thrown;
}

function translate(
  deps: HandleInboundDeps,
  delivery: { provider: Provider; event: string; body: Uint8Array },
): InboundEvent | { kind: 'ignored'; reason: string } {
  try {
    return deps.host.translate(delivery);
  } catch (thrown) {
    if (thrown instanceof AppError && thrown.code === 'invalid') return { kind: 'ignored', reason: thrown.message };
    throw thrown;
  }
}

/** Runs that nobody works on end here and now; the others end where they are held, or are queued to end. */
async function cancelThread(deps: HandleInboundDeps, event: ThreadMoved): Promise<string> {
  const runIds = await deps.store.runs.requestCancel({
    provider: event.repo.provider,
    repoId: event.repo.id,
    number: event.thread.number,
  });
  for (const runId of runIds) {
    if (await cancelRun(deps, runId)) continue;
    await deps.store.outbox.enqueue([{ name: 'execute-run', payload: { runId } }]);
  }
  return `cancelled ${runIds.length} runs`;
}

async function hear(
  deps: HandleInboundDeps,
  said: Said,
  delivery: { deliveryId: string; receivedAt: string },
): Promise<string> {
  const words: CommandWords = { mention: deps.mention, aliases: new Map() };
  const parsed = parseText(said.text, words);
  if (parsed.kind === 'ignore') return 'ignored: no mention';
  if (said.actor.bot || said.actor.id === (await deps.host.self(said.repo)).id) return 'ignored: written by a bot';
  const role = await deps.host.roleOf(said.repo, said.actor).catch(unconfirmed);
  if (role === 'unconfirmed' || !mayCommand(role, parsed.kind === 'command' ? parsed.command : { verb: 'run' })) {
    const has = role === 'unconfirmed' ? 'nothing that GitHub would confirm' : `\`${role}\``;
    const text = `I take requests from people with write access to ${fullName(said.repo)}; @${said.actor.login} has ${has}. A maintainer can ask instead.`;
    await answer(deps, said, { topic: `refusal:${said.actor.id}`, text, since: delivery.receivedAt });
    return `refused: role ${role}`;
  }
  const reply = parsed.kind === 'reply' ? parsed.text : helpOf(parsed.command, words);
  if (reply !== undefined) {
    await answer(deps, said, { topic: `help:${delivery.deliveryId}`, text: reply, since: delivery.receivedAt });
    return `answered: ${parsed.kind}`;
  }
  const prompt = parsed.kind === 'command' ? promptOf(parsed.command) : undefined;
  if (prompt === undefined)
    return `ignored: ${parsed.kind === 'command' ? parsed.command.verb : 'reply'} is not built yet`;
  const base = await deps.host.baseOf(said.repo, said.thread);
  if (base.fork) {
    const text =
      'This pull request comes from a fork, where I cannot push. Ask me on an issue or on a branch of this repository.';
    await answer(deps, said, { topic: `fork:${delivery.deliveryId}`, text, since: delivery.receivedAt });
    return 'refused: fork';
  }
  const outcome = await submitRequest(deps, said, { deliveryId: delivery.deliveryId, prompt, base });
  return `request ${outcome}`;
}

function helpOf(command: Command, words: CommandWords): string | undefined {
  return command.verb === 'help' ? helpText(words, command.about) : undefined;
}

function promptOf(command: Command): string | undefined {
  if (command.verb === 'run') return command.prompt;
  return command.verb === 'fix' && command.prompt !== '' ? `fix ${command.prompt}` : undefined;
}

import { isTracker } from '../../domain/alert/alert.ts';
import { AppError } from '../../domain/errors.ts';
import type { InboundEvent, Said } from '../../domain/host/inbound.ts';
import { isCaller, type Provider } from '../../domain/host/repo.ts';
import { isConnectorSender } from '../../domain/request/connector.ts';
import type { Delivery, Inbox } from '../../ports/store.ts';
import type { Translator } from '../../ports/host/vcs.ts';
import type { Arrived } from '../command/commander.ts';
import { beginIncident, isIncidentCall, type BeginIncidentDeps } from '../alert/begin-incident.ts';
import { hearAlerts, type HearAlertsDeps } from '../alert/hear-alerts.ts';
import { checkConfig, type CheckConfigDeps } from '../config/check-config.ts';
import { followThread, type FollowThreadDeps } from './follow-thread.ts';
import { followRepository } from './follow-repository.ts';
import { hearMarked } from './hear-marked.ts';
import { hearWords, type HearWordsDeps } from './hear-words.ts';
import { hearConnector, type HearConnectorDeps } from '../request/hear-connector.ts';
import { obeyCall, type ObeyCallDeps } from '../request/obey-call.ts';
import { offerReview, type OfferReviewDeps } from '../request/offer-review.ts';
import { pressButton } from '../command/press-button.ts';
import { takeBack } from './take-back.ts';

/** What reading a delivery needs. */
export type HandleInboundDeps = HearWordsDeps &
  FollowThreadDeps &
  OfferReviewDeps &
  CheckConfigDeps &
  HearAlertsDeps &
  BeginIncidentDeps &
  HearConnectorDeps &
  ObeyCallDeps & {
    readonly store: { readonly inbox: Inbox };
    readonly host: Translator;
  };

/**
 * Reads one recorded delivery and does what it asks: submit a request, go on with one, decide, cancel, answer, or nothing.
 * Doing it twice changes nothing. The delivery is settled with what became of it; a body that is not what it claims to be
 * too.
 * @throws AppError retryable ones only, before anything was decided; the delivery stays unsettled then.
 */
export async function handleInbound(deps: HandleInboundDeps, deliveryId: string): Promise<void> {
  const read = await deps.store.inbox.read(deliveryId);
  if (read === undefined || read.settled) return;
  const arrived = { deliveryId, receivedAt: read.receivedAt };
  const outcome = await become(deps, read.delivery, arrived).catch((thrown: unknown) => {
    if (!isRefusal(thrown)) throw thrown;
    deps.logger.error({ deliveryId, err: thrown }, 'the host refuses what a delivery needs');
    return `failed: ${thrown.message}`;
  });
  await deps.store.inbox.settle(deliveryId, outcome);
  const { guid, event } = read.delivery;
  deps.logger.info({ deliveryId, guid, event, outcome }, 'delivery settled');
}

function become(deps: HandleInboundDeps, { provider, event, body }: Delivery, arrived: Arrived): Promise<string> {
  if (provider === 'api' && isIncidentCall({ event })) return beginIncident(deps, body, arrived);
  if (provider === 'api') return obeyCall(deps, { ...arrived, body });
  if (isTracker(provider)) return hearAlerts(deps, { event, body }, arrived);
  if (isConnectorSender(provider)) return hearConnector(deps, { provider, event, body }, arrived);
  return act(deps, translate(deps, { provider, event, body }), arrived);
}

async function act(deps: HandleInboundDeps, event: ReturnType<typeof translate>, arrived: Arrived): Promise<string> {
  // A delivery that is genuine may all the same say anything where many can send one, and callers of the API have numbers of ours.
  if ('actor' in event && isCaller(event.actor)) return 'ignored: not an account of the host';
  switch (event.kind) {
    case 'ignored':
      return `ignored: ${event.reason}`;
    case 'said':
      return hearSaid(deps, event, arrived);
    case 'marked':
      return hearMarked(deps, event, arrived);
    case 'pressed':
      return pressButton(deps, event, arrived);
    case 'unsaid':
      return takeBack(deps, event);
    case 'thread':
    case 'branch-deleted':
      return followThread(deps, event);
    case 'moved':
    case 'access':
      return followRepository(deps, event);
    case 'pushed':
      return checkConfig(deps, event);
    case 'offered':
      return offerReview(deps, event, arrived.deliveryId);
  }
}

/** A new thread can ask by its words or by the labels and assignees it came with; a new pull request may be reviewed unasked. */
async function hearSaid(deps: HandleInboundDeps, event: Said, arrived: Arrived): Promise<string> {
  const outcome = await hearWords(deps, event, arrived);
  if (!outcome.startsWith('ignored')) return outcome;
  for (const mark of event.marks ?? []) {
    const marked = await hearMarked(deps, mark, arrived);
    if (!marked.startsWith('ignored')) return marked;
  }
  return event.offered === undefined ? outcome : offerReview(deps, event.offered, arrived.deliveryId);
}

/** What a host refuses for good does not get better by asking again; a fault of ours does, once it is mended. */
function isRefusal(thrown: unknown): thrown is AppError {
  return thrown instanceof AppError && ['denied', 'missing', 'invalid'].includes(thrown.code);
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

import { AppError } from '../../domain/errors.ts';
import { fullName } from '../../domain/host/repo.ts';
import {
  connectorSender,
  maySend,
  type ConnectorAsk,
  type ConnectorPlace,
  type ConnectorReading,
} from '../../domain/request/connector.ts';
import { outcomeText } from '../../domain/rules/call-outcome.ts';
import { cutBytes, wellFormed } from '../../domain/text/text-limit.ts';
import type { RepositoryLink, RepositoryLinks } from '../../ports/access/tenants.ts';
import type { ConnectorReader } from '../../ports/connectors.ts';
import type { Conversations } from '../../ports/conversations.ts';
import type { Delivery } from '../../ports/store.ts';
import { callerActor } from '../access/caller-actor.ts';
import type { Arrived } from '../command/commander.ts';
import { uuidOf } from '../intake/derive-id.ts';
import { beginByCall, type BeginByCallDeps } from './begin-by-call.ts';

/** What hearing connectors needs. */
export interface HearConnectorDeps extends BeginByCallDeps {
  readonly store: BeginByCallDeps['store'] & {
    readonly links: Pick<RepositoryLinks, 'find' | 'list'>;
    readonly conversations: Pick<Conversations, 'seen'>;
  };
  /** By id. */
  readonly connectorPlaces: ReadonlyMap<string, ConnectorPlace>;
  readonly connectorReader: ConnectorReader;
}

const SUBMITTED = 'request submitted';
/** As long as a request in writing is; what is longer is cut there. */
const PROMPT_BYTES_MAX = 32 * 1_024;
const LINKS_MAX = 1_000;

/**
 * Makes a request of what somebody asks through a connector: through its place's repository link, as a call of the API would,
 * but with a plan to approve at least, since nobody's role is known. What was said makes one request however often it is told.
 * Gives what became of the delivery.
 * @throws AppError retryable when the host or the database is away.
 */
export async function hearConnector(
  deps: HearConnectorDeps,
  { provider, event, body }: Pick<Delivery, 'provider' | 'event' | 'body'>,
  { deliveryId }: Pick<Arrived, 'deliveryId'>,
): Promise<string> {
  const [id = '', kind = ''] = event.split(':');
  const place = deps.connectorPlaces.get(id);
  if (place === undefined || connectorSender(place.name) !== provider)
    return `ignored: no connector ${id} is configured`;
  if (await deps.store.conversations.seen(deliveryId)) return SUBMITTED;
  const reading = await read(deps, place, { event: kind, body });
  if (reading.kind === 'ignored') return `ignored: ${reading.reason}`;
  if (!maySend(place, reading.sender.id)) return 'refused: whoever asks is not among the senders';
  return submit(deps, reading, { place, deliveryId });
}

async function submit(
  deps: HearConnectorDeps,
  { prompt, sender, externalId, url }: ConnectorAsk,
  { place, deliveryId }: { readonly place: ConnectorPlace; readonly deliveryId: string },
): Promise<string> {
  const { tenant, name, id } = place;
  const requestId = uuidOf(deps.runtime, `connector/${id}/${externalId}`);
  if ((await deps.store.runs.readRequest(requestId)) !== undefined) return 'ignored: it was asked before';
  const link = await linkOf(deps, place);
  if (link === undefined) return `refused: the tenant ${tenant} has no such repository link`;
  const asker = callerActor(deps.runtime, {
    tenantId: tenant,
    name: sender.name,
    person: `connector/${id}/${sender.id}`,
  });
  const by = { ...asker, login: `${asker.login} via ${name}` };
  const words = cutBytes(wellFormed(prompt).trim(), PROMPT_BYTES_MAX);
  const outcome = await beginByCall(
    deps,
    {
      ...{ kind: 'request', id: deliveryId, tenant_id: tenant, by, request_id: requestId, link_id: link.id },
      ...{ prompt: url === null ? words : `${words}\n\nAsked at ${url}`, source: name, sender: asker.login },
      ...{ options: {}, pictures: [] },
    },
    'plan',
  );
  // Another handler of this very delivery may have been faster.
  const isDone = outcome.kind === 'done' || (await deps.store.conversations.seen(deliveryId));
  return isDone ? SUBMITTED : outcomeText(outcome);
}

async function linkOf(
  { store }: HearConnectorDeps,
  { tenant, link }: ConnectorPlace,
): Promise<RepositoryLink | undefined> {
  if ('id' in link) return store.links.find(tenant, link.id);
  const wanted = link.repository.toLowerCase();
  const all = await store.links.list(tenant, LINKS_MAX);
  return all.find(({ repo }) => repo.provider === link.provider && fullName(repo).toLowerCase() === wanted);
}

async function read(
  deps: HearConnectorDeps,
  place: ConnectorPlace,
  delivery: { readonly event: string; readonly body: Uint8Array },
): Promise<ConnectorReading> {
  try {
    return await deps.connectorReader.read(place, delivery);
  } catch (thrown) {
    if (thrown instanceof AppError && thrown.code === 'invalid') return { kind: 'ignored', reason: thrown.message };
    throw thrown;
  }
}

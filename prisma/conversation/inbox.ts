import { z } from 'zod';
import { TRACKERS } from '#core/domain/alert/alert.ts';
import { AppError } from '#core/domain/errors.ts';
import { PROVIDERS } from '#core/domain/host/repo.ts';
import { isConnectorSender } from '#core/domain/request/connector.ts';
import type { Delivery, Inbox } from '#core/ports/store.ts';
import { batching } from '../database/batch.ts';
import { OUTBOX_CHANNEL, viaPrisma, type Database } from '../database/database.ts';
import { storableText } from '../database/storable.ts';

/** Deadline of one recording: GitHub wants an answer within 10 s, and a 503 in time is delivered again by the operator. */
const RECORD_DEADLINE_MS = 2_000;
const BATCH_ITEMS_MAX = 64;
const BATCH_BYTES_MAX = 8 * 1024 * 1024;
/** A hundred times the batch that one round trip takes: more means that the database stands still. */
const WAITING_ITEMS_MAX = 1_024;

/** SQLSTATE deadlock_detected: two processes recorded the same deliveries in different order; one of them is undone and may repeat. */
const DEADLOCK = '40P01';

/**
 * All bodies travel as one binary value and are cut apart in the database: an array of bytea would be sent as hex text,
 * twice the size. The order by digest makes two processes lock the same deliveries in the same order.
 */
const RECORD = `
  with recorded as (
    insert into delivery (id, provider, guid, event, body_sha256, body)
    select entry.id, entry.provider, entry.guid, entry.event, entry.sha, substring($6::bytea from entry.first for entry.size)
    from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $7::int[], $8::int[])
      as entry(id, provider, guid, event, sha, first, size)
    order by entry.sha, entry.guid
    on conflict do nothing
    returning id
  ), queued as (
    insert into outbox (name, payload)
    select 'handle-delivery', jsonb_build_object('deliveryId', recorded.id) from recorded
    returning position
  )
  select recorded.id, (select count(pg_notify('${OUTBOX_CHANNEL}', '')) from queued) as announced from recorded`;

const Sender = z.enum([...PROVIDERS, ...TRACKERS, 'api']);
const OutcomeRow = z.object({ outcome: z.string().nullable() });
const RecordedRow = z.object({ id: z.string() });

async function recordAll(database: Database, deliveries: readonly Delivery[]): Promise<('recorded' | 'repeated')[]> {
  let first = 1;
  const firsts = deliveries.map(({ body }) => (first += body.byteLength) - body.byteLength);
  const rows = await database.rows(RecordedRow, {
    action: 'Recording a delivery',
    text: RECORD,
    values: [
      deliveries.map(({ id }) => id),
      deliveries.map(({ provider }) => provider),
      deliveries.map(({ guid }) => guid),
      deliveries.map(({ event }) => event),
      deliveries.map(({ bodySha256 }) => bodySha256),
      Buffer.concat(deliveries.map(({ body }) => body)),
      firsts,
      deliveries.map(({ body }) => body.byteLength),
    ],
  });
  const recorded = new Set(rows.map(({ id }) => id));
  // An id given twice in one batch was written once: only its first holder is told so.
  return deliveries.map(({ id }) => (recorded.delete(id) ? 'recorded' : 'repeated'));
}

async function recordAllTwice(
  database: Database,
  deliveries: readonly Delivery[],
): Promise<('recorded' | 'repeated')[]> {
  try {
    return await recordAll(database, deliveries);
  } catch (thrown) {
    if (thrown instanceof AppError && thrown.context['sqlState'] === DEADLOCK) return recordAll(database, deliveries);
    throw thrown;
  }
}

/** The inbox on a database. `record` batches concurrent calls into one statement and answers within 2 s, by AppError `unavailable` if need be. */
export function openInbox(database: Database): Inbox {
  return {
    record: batching(
      {
        action: 'Recording a delivery',
        sizeOf: ({ body }: Delivery) => body.byteLength,
        itemsMax: BATCH_ITEMS_MAX,
        bytesMax: BATCH_BYTES_MAX,
        waitingMax: WAITING_ITEMS_MAX,
        deadlineMs: RECORD_DEADLINE_MS,
      },
      (deliveries) => recordAllTwice(database, deliveries),
    ),

    async read(deliveryId) {
      const row = await viaPrisma('Reading a delivery', () =>
        database.prisma.delivery.findUnique({ where: { id: deliveryId } }),
      );
      if (row === null) return undefined;
      const { id, guid, event, bodySha256, body } = row;
      const provider = isConnectorSender(row.provider) ? row.provider : Sender.parse(row.provider);
      return {
        delivery: { id, provider, guid, event, bodySha256, body: body ?? new Uint8Array(0) },
        receivedAt: row.receivedAt.toISOString(),
        settled: row.settledAt !== null,
      };
    },

    async outcomeOf(deliveryId) {
      const [row] = await database.rows(OutcomeRow, {
        action: 'Reading what became of a delivery',
        text: 'select outcome from delivery where id = $1',
        values: [deliveryId],
      });
      return row?.outcome ?? undefined;
    },

    async settle(deliveryId, outcome) {
      await database.rows(RecordedRow, {
        action: 'Settling a delivery',
        text: `update delivery set settled_at = now(), outcome = $2 where id = $1 and settled_at is null returning id`,
        values: [deliveryId, storableText(outcome)],
      });
    },
  };
}

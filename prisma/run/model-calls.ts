import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { z } from 'zod';
import { AppError } from '#core/domain/errors.ts';
import type { ModelCall, ModelCalls } from '#core/ports/model-calls.ts';
import { viaPrisma, type Database } from '../database/database.ts';
import type { ModelCall as ModelCallRow } from '../generated/client.ts';
import { storableJson } from '../database/storable.ts';
import { StoredUsage } from './stored-run.ts';

/** Compressed bytes of bodies that one run keeps. */
const RUN_CALLS_BYTES_MAX = 64 * 1024 * 1024;
/** UTF-8 bytes kept of one body; two of them, even if they do not compress, are far below what a run keeps. */
export const CALL_BODY_BYTES_MAX = 16 * 1024 * 1024;

const compress = promisify(gzip);
const decompress = promisify(gunzip);

/**
 * The run's row counts the bytes, and its lock puts calls that end together in order, so that each knows how much stands
 * before it and drops what no longer fits. A call committed while this one waited for the lock is not seen; should it be
 * too old already, the next call drops it. The row's lock is the first one taken, as everywhere.
 */
const RECORD = `
  with counted as (
    update run set call_bytes = call_bytes + octet_length($3::bytea) + octet_length($4::bytea) where id = $1
    returning id, call_bytes
  ), dropped as (
    delete from model_call using counted
    where model_call.run_id = counted.id and model_call.bytes_before < counted.call_bytes - $5::bigint
  )
  insert into model_call (
    run_id, bytes_before, epoch, started_at, took_ms, status, model, usage, request, response, cut)
  select
    counted.id, counted.call_bytes - octet_length($3) - octet_length($4), call.epoch, call."startedAt", call."tookMs",
    call.status, call.model, nullif(call.usage, 'null'), $3, $4, call.cut
  from counted cross join jsonb_to_record($2::jsonb) as call(
    epoch integer, "startedAt" timestamptz, "tookMs" integer, status integer, model text, usage jsonb, cut boolean)
  returning run_id`;

const RecordedRow = z.object({ run_id: z.string() });

async function packed(body: string): Promise<{ bytes: Buffer; cut: boolean }> {
  const whole = Buffer.from(body, 'utf8');
  const bytes = await compress(whole.subarray(0, CALL_BODY_BYTES_MAX));
  return { bytes, cut: whole.byteLength > CALL_BODY_BYTES_MAX };
}

async function unpacked(bytes: Uint8Array): Promise<string> {
  return (await decompress(bytes, { maxOutputLength: CALL_BODY_BYTES_MAX })).toString('utf8');
}

async function storedCall(row: ModelCallRow): Promise<ModelCall> {
  const { runId, epoch, tookMs, status, model, cut } = row;
  return {
    runId,
    epoch,
    startedAt: row.startedAt.toISOString(),
    tookMs,
    status,
    model,
    usage: StoredUsage.nullable().parse(row.usage),
    request: await unpacked(row.request),
    response: await unpacked(row.response),
    cut,
  };
}

/**
 * Model calls on a database, in the order in which they were recorded; of one run at most `runBytesMax` compressed bytes.
 * A body longer than {@link CALL_BODY_BYTES_MAX} is cut to it. Not fenced by a claim: a call that was made was made, and the
 * epoch tells under which claim. `recordCall` throws AppError `missing` when there is no such run.
 */
export function openModelCalls({ prisma, rows }: Database, runBytesMax = RUN_CALLS_BYTES_MAX): ModelCalls {
  return {
    async recordCall({ request, response, ...call }) {
      const [asked, answered] = await Promise.all([packed(request), packed(response)]);
      const { runId, ...facts } = call;
      const cut = call.cut || asked.cut || answered.cut;
      const recorded = await rows(RecordedRow, {
        action: 'Recording a model call',
        text: RECORD,
        values: [
          runId,
          storableJson({ ...facts, tookMs: Math.round(call.tookMs), cut }),
          asked.bytes,
          answered.bytes,
          runBytesMax,
        ],
      });
      if (recorded.length === 0) throw new AppError('missing', 'Recording a model call: no such run');
    },

    async readCalls(runId, countMax) {
      const found = await viaPrisma('Reading model calls', () =>
        prisma.modelCall.findMany({ where: { runId }, orderBy: { bytesBefore: 'asc' }, take: countMax }),
      );
      const calls: ModelCall[] = [];
      // One after the other, so that the workers of zlib are not all taken by one reader.
      for (const row of found) calls.push(await storedCall(row));
      return calls;
    },

    async *eachCall(runId) {
      for (let after = -1n; ;) {
        const row = await viaPrisma('Reading a model call', () =>
          prisma.modelCall.findFirst({ where: { runId, bytesBefore: { gt: after } }, orderBy: { bytesBefore: 'asc' } }),
        );
        if (row === null) return;
        after = row.bytesBefore;
        yield storedCall(row);
      }
    },
  };
}

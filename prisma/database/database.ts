import type { z } from 'zod';
import type { PrismaClient } from '../generated/client.ts';
import { prismaError } from './database-error.ts';

/** One SQL statement with its values; `action` names it in errors ("claiming a run"). */
export interface Statement {
  readonly action: string;
  readonly text: string;
  readonly values?: readonly unknown[];
}

/**
 * A Postgres, real or in-process. Statements that fence, lease or batch are SQL, because one statement is one transaction
 * and one round trip; plain reads and writes by key go through Prisma.
 */
export interface Database {
  readonly prisma: PrismaClient;
  /** Runs one statement; its rows are parsed by `row`. Throws AppError `unavailable` when the database does not answer. */
  rows<Row extends z.ZodType>(row: Row, statement: Statement): Promise<z.infer<Row>[]>;
  /**
   * Calls `heard` for each NOTIFY on `channel`; with undefined when notifications may have been missed.
   * Resolves once listening has begun (or is being retried) to a function that ends it.
   */
  listen(channel: string, heard: (payload: string | undefined) => void): Promise<() => Promise<void>>;
  close(): Promise<void>;
}

/** Calls Prisma and translates what it throws. */
export async function viaPrisma<Result>(action: string, call: () => Promise<Result>): Promise<Result> {
  try {
    return await call();
  } catch (thrown) {
    throw prismaError(thrown, action);
  }
}

/** Channel on which every commit of a job is announced; the payload is empty. */
export const OUTBOX_CHANNEL = 'astraforge_outbox';

/** Channel on which new run-log events are announced; the payload is the request's id. */
export const RUN_LOG_CHANNEL = 'astraforge_run_log';

import { EventEmitter } from 'node:events';
import { setImmediate as yieldToTimers } from 'node:timers/promises';
import type { PGlite, Transaction } from '@electric-sql/pglite';

/** node-postgres gives int8 and numeric as text, and BullMQ counts on it (oids: pg_type.dat). */
const AS_TEXT = { 20: (value: string) => value, 1700: (value: string) => value };

/**
 * A notification is repeated once after this time: within one process it can arrive before the one who asked for it has
 * begun to wait, which a network never lets happen.
 */
const NOTIFY_AGAIN_MS = 25;

const LEADING_COMMENTS = /^(?:\s+|--[^\n]*(?:\n|$))+/;
const COMMENTS = /--[^\n]*/g;
const MANY_COMMANDS = /;\s*\S/;
const CONTROL = /^(begin|commit|rollback|listen|unlisten)\b\s*"?([\w$]*)"?/i;

interface Rows<Row> {
  rows: Row[];
  rowCount: number;
}

function encoded(value: unknown): unknown {
  if (value === undefined) return null;
  const isPlain = typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
  return isPlain ? JSON.stringify(value) : value;
}

async function run<Row>(on: PGlite | Transaction, text: string, params: readonly unknown[]): Promise<Rows<Row>> {
  // PGlite answers on the microtask queue: a worker that polls would otherwise never let a timer fire.
  await yieldToTimers();
  if (params.length === 0 && MANY_COMMANDS.test(text.replace(COMMENTS, ''))) {
    await on.exec(text);
    return { rows: [], rowCount: 0 };
  }
  const { rows, affectedRows } = await on.query<Row>(text, params.map(encoded), { parsers: AS_TEXT });
  return { rows, rowCount: rows.length > 0 ? rows.length : (affectedRows ?? 0) };
}

interface OpenTransaction {
  readonly on: Transaction;
  readonly finish: (how: 'commit' | 'rollback') => void;
  readonly ended: Promise<void>;
}

async function begin(db: PGlite): Promise<OpenTransaction> {
  return new Promise((started, failed) => {
    const { promise: decision, resolve: finish } = decided();
    const ended: Promise<void> = db.transaction(async (on) => {
      started({ on, finish, ended });
      if ((await decision) === 'rollback') await on.rollback();
    });
    ended.catch(failed);
  });
}

function decided(): { promise: Promise<'commit' | 'rollback'>; resolve: (how: 'commit' | 'rollback') => void } {
  let resolve: (how: 'commit' | 'rollback') => void = () => undefined;
  const promise = new Promise<'commit' | 'rollback'>((settle) => (resolve = settle));
  return { promise, resolve };
}

/** One "connection" of {@link PglitePool}: its transaction holds every other statement back, so it must be short. */
export class PglitePoolClient extends EventEmitter {
  readonly #db: PGlite;
  readonly #unlisten: (() => Promise<void>)[] = [];
  #transaction: OpenTransaction | undefined;

  constructor(db: PGlite) {
    super();
    this.#db = db;
  }

  /** Runs one statement, or several without parameters (which then give no rows). */
  async query<Row>(text: string, params: readonly unknown[] = []): Promise<Rows<Row>> {
    const [, word, channel = ''] = CONTROL.exec(text.replace(LEADING_COMMENTS, '')) ?? [];
    const control = word?.toLowerCase();
    if (control === undefined) return run(this.#transaction?.on ?? this.#db, text, params);
    if (control === 'begin') this.#transaction = await begin(this.#db);
    else if (control === 'listen') await this.#listen(channel);
    else if (control === 'commit' || control === 'rollback') await this.#finish(control);
    return { rows: [], rowCount: 0 };
  }

  /** Ends what was left open: a transaction (rolled back) and subscriptions. */
  release(): void {
    void this.#finish('rollback').catch(() => undefined);
    for (const unlisten of this.#unlisten.splice(0)) void unlisten().catch(() => undefined);
  }

  async #finish(how: 'commit' | 'rollback'): Promise<void> {
    const open = this.#transaction;
    this.#transaction = undefined;
    open?.finish(how);
    await open?.ended;
  }

  async #listen(channel: string): Promise<void> {
    const unlisten = await this.#db.listen(channel, (payload) => {
      const tell = () => this.emit('notification', { channel, payload });
      setImmediate(tell);
      setTimeout(tell, NOTIFY_AGAIN_MS).unref();
    });
    this.#unlisten.push(() => unlisten());
  }
}

/**
 * The part of `pg.Pool` that BullMQ's PostgreSQL backend uses, over one in-process PGlite. All "connections" are the same
 * session: the schema must be found by the session's search path, and a transaction excludes everybody else.
 */
export class PglitePool extends EventEmitter {
  /** BullMQ asks whether a dead connection would be noticed; in one process there is none to die. */
  readonly options = { keepAlive: true };
  readonly #db: PGlite;

  constructor(db: PGlite) {
    super();
    // Each queue and worker listens for errors.
    this.setMaxListeners(0);
    this.#db = db;
  }

  /** Runs one statement outside any transaction. */
  query<Row>(text: string, params: readonly unknown[] = []): Promise<Rows<Row>> {
    return run(this.#db, text, params);
  }

  /** A client of its own state over the shared session. */
  async connect(): Promise<PglitePoolClient> {
    return new PglitePoolClient(this.#db);
  }

  /** Nothing to do: whoever opened the PGlite closes it. */
  async end(): Promise<void> {}
}

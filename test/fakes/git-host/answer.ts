import type { LedgerEntry, Violation } from './journal.ts';

/** An answer: `text` is sent as it is, `body` as JSON. */
export interface Answer {
  readonly status: number;
  readonly body?: unknown;
  readonly text?: string | Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
}

/** An answer of an operation; `wrote` makes it an entry of the ledger. */
export interface OperationAnswer<Kind extends string> extends Answer {
  readonly wrote?: { readonly kind: Kind; readonly id: number | string };
}

/** How a host judges the answers of one operation. */
export interface Judge {
  readonly host: string;
  readonly operationId: string;
  /** A failure of the host's own kind as an answer; undefined for any other error. */
  failure(error: unknown): Answer | undefined;
  /** What of the answer departs from the host's API. */
  problems(answer: Answer): readonly string[];
}

/** Runs one call. Never throws: a failure is an answer too, and an answer that departs from the API is a violation. */
export async function answerJudged(
  { violations }: { readonly violations: Violation[] },
  judge: Judge,
  run: () => Promise<Answer>,
): Promise<Answer> {
  const answer = await attempt(judge, run);
  const errors = answer.status >= 500 ? [JSON.stringify(answer.body)] : judge.problems(answer);
  if (errors.length === 0) return answer;
  const { host, operationId } = judge;
  violations.push({ direction: 'response', operationId, errors: [`status ${answer.status}`, ...errors] });
  return { status: 500, body: { message: `the stand-in's answer breaks ${host}'s API: ${errors.join('; ')}` } };
}

async function attempt(judge: Judge, run: () => Promise<Answer>): Promise<Answer> {
  try {
    return await run();
  } catch (error) {
    return judge.failure(error) ?? { status: 500, body: { message: `the stand-in failed: ${String(error)}` } };
  }
}

/** Enters a write into the ledger. */
export function recordWrite<Kind extends string>(
  { ledger, now }: { readonly ledger: LedgerEntry<Kind>[]; readonly now: () => number },
  wrote: Omit<LedgerEntry<Kind>, 'seq' | 'at'>,
): void {
  ledger.push({ seq: ledger.length + 1, at: now(), ...wrote });
}

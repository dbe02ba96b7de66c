import type { IncomingMessage } from 'node:http';
import { NO_USAGE, type TokenUsage } from '#core/domain/run/run.ts';
import { answerError, errorBody, type Exchange } from './answer-error.ts';
import type { Reservation } from '../budget/budget-gate.ts';
import { giveBack } from '../budget/give-back.ts';
import { headersForUpstream } from './headers.ts';
import { unreachable } from './proxy-errors.ts';
import type { CallRecorder, CallRecording } from './record-call.ts';
import { sendCall, type RetryMeans } from './retry-upstream.ts';
import type { RunAccount } from '../budget/run-account.ts';
import type { CallBound } from '../budget/spend.ts';

/** What forwarding needs, the same for every call. */
export interface ForwardMeans extends RetryMeans {
  /** Keeps what went over the wire; nothing is kept without it. */
  readonly recorder?: CallRecorder | undefined;
}

/** One call of a guest. */
export interface GuestCall {
  readonly account: RunAccount;
  readonly exchange: Exchange;
  /** Aborts when the guest leaves before it has its answer. */
  readonly signal: AbortSignal;
}

/** A call of a guest that may go on, with the room that is kept for it. */
export interface AdmittedCall extends GuestCall {
  readonly body: Buffer;
  readonly bound: CallBound;
  readonly reservation: Reservation;
}

/** HTTP has no status for it; servers commonly record 499 when a client left before it was answered. */
const GUEST_LEFT = 499;
const FIRST_ERROR_STATUS = 400;
const COMPRESSED_ANSWER = Buffer.from('(a compressed answer, not recorded)');

/**
 * Sends an allowed call to the model server, gives its answer to the guest and settles what it cost. A call that reached the
 * server and never said that, because the guest left, the server cut it or fell silent, counts its whole bound: a model
 * thinks unseen, so what was seen of an answer says nothing of what is paid, and whoever hangs up early must not think for
 * free. What the server refused or never got counts nothing.
 */
export async function forwardCall(means: ForwardMeans, call: AdmittedCall): Promise<void> {
  const { account, exchange, signal, body, bound, reservation } = call;
  const { runId, epoch } = account;
  const recording = means.recorder?.open({ runId, epoch, model: bound.model, request: body });
  try {
    const headers = headersForUpstream(exchange.request.rawHeaders, body.length);
    const sent = await sendCall(means, { runId, headers, body, signal, msLeft: account.gate.msLeft });
    if (sent.kind === 'answered') return await passOn(means, call, { answer: sent.answer, recording });
    if (sent.sent) reservation.settle(wholeOf(bound));
    if (sent.kind === 'left') return recording?.end({ status: GUEST_LEFT, usage: null });
    means.logger.warn({ runId, code: sent.code }, 'model server not reached');
    const error = unreachable(sent.code);
    answerError(exchange, error);
    recording?.write(errorBody(error));
    recording?.end({ status: error.status, usage: null });
  } finally {
    reservation.settle(NO_USAGE);
  }
}

interface Passage {
  readonly answer: IncomingMessage;
  readonly recording: CallRecording | undefined;
}

async function passOn(means: ForwardMeans, call: AdmittedCall, { answer, recording }: Passage): Promise<void> {
  const { account, exchange, bound, reservation } = call;
  const status = answer.statusCode ?? 502;
  let usage: TokenUsage | null = null;
  const onCost = (reported: TokenUsage | null): void => {
    usage ??= reported;
    if (reported !== null) reservation.settle(reported);
    else if (status < FIRST_ERROR_STATUS) reservation.settle(wholeOf(bound));
  };
  const readable = answer.headers['content-encoding'] === undefined;
  if (!readable) recording?.write(COMPRESSED_ANSWER);
  const onPiece = (piece: Buffer): void => (readable ? recording?.write(piece) : undefined);
  try {
    const { secret } = means.upstream;
    const cut = await giveBack({ answer, response: exchange.response, secret, onCost, onPiece });
    const facts = { runId: account.runId, status, cut };
    if (cut === 'KeyInAnswer') means.logger.error(facts, 'model server repeated its key; answer cut');
    else means.logger.debug(facts, 'model call ended');
  } finally {
    onCost(null);
    recording?.end({ status, usage });
  }
}

function wholeOf({ inputTokensMax, outputTokensMax }: CallBound): TokenUsage {
  return { ...NO_USAGE, inputTokens: inputTokensMax, outputTokens: outputTokensMax };
}

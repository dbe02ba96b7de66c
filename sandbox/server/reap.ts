import type { IncomingMessage, ServerResponse } from 'node:http';
import { createInterface } from 'node:readline';
import { ReapAnswer } from '#core/contracts/guest-wire.ts';
import { AppError, toAppError } from '#core/domain/errors.ts';
import type { GuestLabels, Provisioner } from '#core/ports/provisioner.ts';
import type { GuestRegister } from './guests.ts';

/** One request to reap. */
export interface ReapExchange {
  readonly provisioner: Provisioner;
  readonly guests: GuestRegister;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

/**
 * Lets the client say which runs live: one line out per guest, one line back, and at the end how many were removed. A
 * client that goes away or does not answer properly stops it: nothing is removed on a guess. Guests that
 * are gone afterwards are forgotten.
 */
export async function serveReap({ provisioner, guests, request, response }: ReapExchange): Promise<void> {
  const answers = createInterface({ input: request, crlfDelay: Number.POSITIVE_INFINITY })[Symbol.asyncIterator]();
  const say = (line: unknown): void => void response.write(`${JSON.stringify(line)}\n`);
  response.writeHead(200, { 'content-type': 'application/x-ndjson' });
  response.flushHeaders();
  try {
    const known = guests.all();
    const live: GuestLabels[] = [];
    const reaped = await provisioner.reap(async (labels) => {
      say(labels);
      const { done, value } = await answers.next();
      if (done === true) throw new AppError('unavailable', 'nobody says which runs live');
      const answer = ReapAnswer.parse(JSON.parse(value));
      if (answer.live) live.push(labels);
      return answer.live;
    });
    guests.forget(known, live);
    say({ reaped });
  } catch (thrown) {
    const { code, message } = toAppError(thrown, 'reap workspaces');
    say({ code, message });
  } finally {
    response.end();
  }
}

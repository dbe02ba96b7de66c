import type { IncomingMessage, ServerResponse } from 'node:http';
import { Transform, pipeline, type TransformCallback } from 'node:stream';
import type { TokenUsage } from '#core/domain/run/run.ts';
import { headersForGuest } from '../model/headers.ts';
import { createKeyGuard, KeyInAnswer } from '../model/key-guard.ts';
import { createUsageMeter } from './usage-meter.ts';

/** An answer of the model server and the guest it is for. */
export interface Answered {
  readonly answer: IncomingMessage;
  readonly response: ServerResponse;
  /** The key that must not be passed on. */
  readonly secret: string;
  /** Called with what the answer cost, once, before its end reaches the guest; null when it did not say. */
  readonly onCost: (reported: TokenUsage | null) => void;
  /** Sees each piece on its way; must not throw. */
  readonly onPiece: (piece: Buffer) => void;
}

/**
 * Passes an answer on byte for byte as it comes, watching for the key and counting tokens on the way. Resolves when it has
 * ended, with the name of the error that cut it.
 * @throws the error of a header that Node refuses to carry, `KeyInAnswer` for one that holds the key; nothing was sent then.
 */
export async function giveBack({ answer, response, secret, onCost, onPiece }: Answered): Promise<string | undefined> {
  const guard = createKeyGuard(secret);
  let usage: TokenUsage | undefined;
  let told = false;
  const meter = createUsageMeter(answer.headers, (counted) => (usage = counted));
  const tell = (): void => {
    if (told) return;
    told = true;
    onCost(usage ?? null);
  };
  const tap = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      attempt(done, () => {
        const bytes = guard.pass(chunk);
        onPiece(bytes);
        meter.write(chunk);
        if (usage !== undefined) tell();
        return bytes;
      });
    },
    flush(done) {
      meter.end(() => {
        tell();
        onPiece(guard.rest());
        done(null, guard.rest());
      });
    },
  });
  const headers = headersForGuest(answer.rawHeaders);
  if (secret !== '' && [answer.statusMessage, ...headers].some((text) => text?.includes(secret)))
    throw new KeyInAnswer();
  response.sendDate = false;
  response.writeHead(answer.statusCode ?? 502, answer.statusMessage, headers);
  response.flushHeaders();
  return await new Promise((resolve) => {
    pipeline(answer, tap, response, (error) => {
      tell();
      resolve(error?.name);
    });
  });
}

function attempt(done: TransformCallback, work: () => Buffer): void {
  try {
    done(null, work());
  } catch (error) {
    done(error instanceof Error ? error : new Error('Relaying an answer failed', { cause: error }));
  }
}

import type { IncomingHttpHeaders } from 'node:http';
import type { Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { z } from 'zod';
import type { TokenUsage } from '#core/domain/run/run.ts';
import { createSseReader } from '../model/sse-data.ts';

/** Reads a copy of one answer and finds out what it cost. Never throws. */
export interface UsageMeter {
  write(chunk: Uint8Array): void;
  /** Nothing more comes; `done` is called once all that was written has been read. */
  end(done: () => void): void;
}

const Usage = z.object({
  input_tokens: z.number().int().nonnegative(),
  input_tokens_details: z.object({ cached_tokens: z.number().int().nonnegative().optional() }).nullish(),
  output_tokens: z.number().int().nonnegative(),
  output_tokens_details: z.object({ reasoning_tokens: z.number().int().nonnegative().optional() }).nullish(),
});

/** The events that end a streamed response and carry its usage; source: OpenAI API reference, Responses streaming events. */
const LastEvent = z.object({
  type: z.enum(['response.completed', 'response.incomplete', 'response.failed']),
  response: z.object({ usage: Usage }),
});
const WholeAnswer = z.object({ usage: Usage });

/** A last event repeats the whole output, so it can be long; a longer one is passed on but not counted. */
const EVENT_CHARACTERS_MAX = 16 * 1024 * 1024;
const JSON_BYTES_MAX = 16 * 1024 * 1024;
const DECODED_BYTES_MAX = 256 * 1024 * 1024;

/** Reads usage from a streamed or whole answer, as its `content-type` says, through its `content-encoding`. */
export function createUsageMeter(headers: IncomingHttpHeaders, onUsage: (usage: TokenUsage) => void): UsageMeter {
  const reader = readerFor(headers['content-type'] ?? '', onUsage);
  const decoder = decoderFor((headers['content-encoding'] ?? 'identity').trim().toLowerCase());
  if (decoder === 'unknown') return { write: () => undefined, end: (done) => done() };
  if (decoder !== 'none') return decoding(decoder, reader);
  return {
    ...reader,
    end(done) {
      reader.end();
      done();
    },
  };
}

interface Reader extends Pick<UsageMeter, 'write'> {
  end(): void;
}

function readerFor(contentType: string, onUsage: (usage: TokenUsage) => void): Reader {
  if (contentType.includes('text/event-stream')) return streamReader(onUsage);
  return contentType.includes('json') ? jsonReader(onUsage) : { write: () => undefined, end: () => undefined };
}

function streamReader(onUsage: (usage: TokenUsage) => void): Reader {
  const events = createSseReader(EVENT_CHARACTERS_MAX, (data) => {
    if (!data.includes('"usage"')) return;
    const usage = LastEvent.safeParse(parseJson(data)).data?.response.usage;
    if (usage !== undefined) onUsage(toTokenUsage(usage));
  });
  return { write: (chunk) => events.write(chunk), end: () => undefined };
}

function jsonReader(onUsage: (usage: TokenUsage) => void): Reader {
  const chunks: Uint8Array[] = [];
  let size = 0;
  return {
    write(chunk) {
      size += chunk.length;
      if (size <= JSON_BYTES_MAX) chunks.push(chunk);
    },
    end() {
      if (size > JSON_BYTES_MAX) return;
      const usage = WholeAnswer.safeParse(parseJson(Buffer.concat(chunks).toString('utf8'))).data?.usage;
      if (usage !== undefined) onUsage(toTokenUsage(usage));
    },
  };
}

function decoderFor(encoding: string): Transform | 'none' | 'unknown' {
  if (encoding === 'identity' || encoding === '') return 'none';
  if (encoding === 'gzip' || encoding === 'x-gzip') return createGunzip();
  if (encoding === 'br') return createBrotliDecompress();
  return encoding === 'deflate' ? createInflate() : 'unknown';
}

function decoding(decoder: Transform, reader: Reader): UsageMeter {
  let size = 0;
  decoder.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size > DECODED_BYTES_MAX) decoder.destroy();
    else reader.write(chunk);
  });
  decoder.once('end', () => reader.end());
  decoder.on('error', () => decoder.destroy());
  return {
    write(chunk) {
      if (!decoder.destroyed) decoder.write(chunk);
    },
    end(done) {
      if (decoder.closed) done();
      else decoder.once('close', done).end();
    },
  };
}

function toTokenUsage(usage: z.infer<typeof Usage>): TokenUsage {
  return {
    inputTokens: usage.input_tokens,
    cachedInputTokens: usage.input_tokens_details?.cached_tokens ?? 0,
    outputTokens: usage.output_tokens,
    reasoningTokens: usage.output_tokens_details?.reasoning_tokens ?? 0,
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

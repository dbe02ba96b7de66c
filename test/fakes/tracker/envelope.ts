import { brotliDecompressSync, gunzipSync, inflateSync } from 'node:zlib';
import { z } from 'zod';

const LINE_END = 10;
const Header = z.looseObject({ event_id: z.string().optional(), dsn: z.string().optional() });
const ItemHeader = z.looseObject({ type: z.string(), length: z.int().nonnegative().optional() });

/** One item; its payload is still bytes. */
export interface EnvelopeItem {
  readonly type: string;
  readonly payload: Buffer;
}

/** An envelope taken apart: https://develop.sentry.dev/sdk/foundations/transport/envelopes/ */
export interface Envelope {
  readonly eventId: string | undefined;
  /** DSN out of the header, which may stand for other credentials. */
  readonly dsn: string | undefined;
  readonly items: readonly EnvelopeItem[];
}

/** Undoes the compression of a body. @throws Error for one that the stand-in does not know or that is broken. */
export function decompress(bytes: Buffer, encoding: string | undefined): Buffer {
  switch (encoding ?? 'identity') {
    case 'identity':
      return bytes;
    case 'gzip':
      return gunzipSync(bytes);
    case 'br':
      return brotliDecompressSync(bytes);
    case 'deflate':
      return inflateSync(bytes);
    default:
      throw new Error(`content encoding ${encoding} is not known`);
  }
}

/** Reads an envelope: headers are lines of JSON, payloads as long as said, or one line. @throws on anything else. */
export function readEnvelope(bytes: Buffer): Envelope {
  const source = { bytes, at: 0 };
  const header = Header.parse(JSON.parse(readLine(source)));
  const items: EnvelopeItem[] = [];
  while (source.at < bytes.length) {
    const line = readLine(source);
    if (line === '') continue;
    const { type, length } = ItemHeader.parse(JSON.parse(line));
    items.push({ type, payload: length === undefined ? Buffer.from(readLine(source)) : readSpan(source, length) });
  }
  return { eventId: header.event_id, dsn: header.dsn, items };
}

interface Source {
  readonly bytes: Buffer;
  at: number;
}

function readLine(source: Source): string {
  const end = source.bytes.indexOf(LINE_END, source.at);
  const line = source.bytes.subarray(source.at, end < 0 ? undefined : end);
  source.at = end < 0 ? source.bytes.length : end + 1;
  return line.toString('utf8');
}

function readSpan(source: Source, length: number): Buffer {
  const span = source.bytes.subarray(source.at, source.at + length);
  if (span.length < length) throw new Error(`an item ends after ${span.length} of ${length} bytes`);
  source.at += length;
  if (source.bytes[source.at] === LINE_END) source.at += 1;
  return span;
}

import { MODEL } from './open-gateway.ts';

/** The body of a call that is allowed, with other fields in the place of its own; undefined leaves one out. */
export function callBody(fields: Readonly<Record<string, unknown>> = {}): Buffer {
  return Buffer.from(JSON.stringify({ model: MODEL, stream: true, store: false, input: 'hello', ...fields }));
}

/** An allowed call of exactly `bytes` bytes (200 at least), and text that no compression makes small. */
export function callBodyOf(bytes: number): Buffer {
  const empty = callBody({ input: '' }).length;
  const input = Array.from({ length: bytes - empty }, (_, index) => String.fromCharCode(97 + ((index * index) % 26)));
  return callBody({ input: input.join('') });
}

/** An allowed body as the chunks {@link callDoor} takes. */
export const CALL: readonly Buffer[] = [callBody()];

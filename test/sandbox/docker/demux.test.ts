import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createFrameDecoder, encodeFrame } from '#core/contracts/guest-wire.ts';
import { createDemux } from '../../../sandbox/docker/demux.ts';

const frames = fc.array(fc.record({ kind: fc.constantFrom(1, 2), payload: fc.uint8Array({ maxLength: 300 }) }));
const cuts = fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1 });

/** The same bytes in pieces of the given sizes, over and over. */
function* pieces(bytes: Uint8Array, sizes: readonly number[]): Generator<Uint8Array> {
  for (let [at, turn] = [0, 0]; at < bytes.length; turn += 1) {
    const size = sizes[turn % sizes.length] ?? 1;
    yield bytes.subarray(at, at + size);
    at += size;
  }
}

test('an engine’s stream gives each byte to its own output, however it is cut', () => {
  fc.assert(
    fc.property(frames, cuts, (sent, sizes) => {
      const header = (kind: number, length: number): Buffer => {
        const bytes = Buffer.alloc(8);
        bytes[0] = kind;
        bytes.writeUInt32BE(length, 4);
        return bytes;
      };
      const wire = Buffer.concat(sent.flatMap(({ kind, payload }) => [header(kind, payload.length), payload]));
      const got: Record<1 | 2, Uint8Array[]> = { 1: [], 2: [] };
      const demux = createDemux({ stdout: (part) => got[1].push(part), stderr: (part) => got[2].push(part) });
      for (const piece of pieces(wire, sizes)) demux(piece);
      for (const kind of [1, 2] as const) {
        const expected = sent.filter((frame) => frame.kind === kind).map((frame) => frame.payload);
        expect(Buffer.concat(got[kind])).toEqual(Buffer.concat(expected));
      }
    }),
  );
});

test('frames between worker and sandbox arrive whole and in order, however they are cut', () => {
  fc.assert(
    fc.property(frames, cuts, (sent, sizes) => {
      const wire = Buffer.concat(sent.map(({ kind, payload }) => encodeFrame(kind, payload)));
      const got: { kind: number; payload: Uint8Array }[] = [];
      const decode = createFrameDecoder((kind, payload) => got.push({ kind, payload }));
      for (const piece of pieces(wire, sizes)) decode(piece);
      expect(got).toEqual(sent);
    }),
  );
});

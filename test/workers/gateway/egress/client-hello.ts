import { Duplex } from 'node:stream';
import { connect, type ConnectionOptions } from 'node:tls';

/** The first bytes that a real TLS client sends: one ClientHello, in as few records as it makes. */
export function clientHello(options: ConnectionOptions): Promise<Buffer> {
  return new Promise((resolve) => {
    const wire = new Duplex({
      read() {},
      write(chunk: Buffer, _encoding, done) {
        resolve(chunk);
        done();
      },
    });
    connect({ ...options, socket: wire }).on('error', () => undefined);
  });
}

const RECORD_HEADER_BYTES = 5;

/** The handshake message inside the records of a hello. */
export function handshakeOf(hello: Buffer): Buffer {
  return hello.subarray(RECORD_HEADER_BYTES);
}

/** The same handshake message in records of at most `size` bytes. */
export function inRecords(handshake: Buffer, size: number): Buffer {
  const records: Buffer[] = [];
  for (let at = 0; at < handshake.length; at += size) records.push(record(handshake.subarray(at, at + size)));
  return Buffer.concat(records);
}

/** One handshake record. */
export function record(fragment: Buffer): Buffer {
  const header = Buffer.from([22, 3, 1, 0, 0]);
  header.writeUInt16BE(fragment.length, 3);
  return Buffer.concat([header, fragment]);
}

/** A ClientHello with exactly these extensions, each a type and its data. */
export function helloWith(extensions: readonly (readonly [type: number, data: Buffer])[]): Buffer {
  const packed = extensions.map(([type, data]) => Buffer.concat([number(type, 2), vector(data, 2)]));
  const body = Buffer.concat([
    ...[number(0x0303, 2), Buffer.alloc(32, 7), vector(Buffer.alloc(32, 9), 1), vector(number(0x1301, 2), 2)],
    ...[vector(Buffer.from([0]), 1), vector(Buffer.concat(packed), 2)],
  ]);
  return record(Buffer.concat([number(1, 1), vector(body, 3)]));
}

/** The data of a server_name extension. */
export function serverNames(...names: readonly string[]): Buffer {
  const entries = names.map((name) => Buffer.concat([number(0, 1), vector(Buffer.from(name, 'latin1'), 2)]));
  return vector(Buffer.concat(entries), 2);
}

function vector(data: Buffer, lengthBytes: number): Buffer {
  return Buffer.concat([number(data.length, lengthBytes), data]);
}

function number(value: number, size: number): Buffer {
  const bytes = Buffer.alloc(size);
  bytes.writeUIntBE(value, 0, size);
  return bytes;
}

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readHttpOpening } from '../../../../workers/gateway/door/http-opening.ts';
import { readTlsHello } from '../../../../workers/gateway/egress/tls-hello.ts';
import { clientHello, handshakeOf, helloWith, inRecords, record, serverNames } from './client-hello.ts';

const NAME = 'registry.allowed.test';
const SERVER_NAME = 0;
const ENCRYPTED_CLIENT_HELLO = 0xfe0d;

describe('the server name in a TLS hello', () => {
  test.each([
    ['TLS 1.3', { minVersion: 'TLSv1.3' }],
    ['TLS 1.2', { maxVersion: 'TLSv1.2' }],
    ['ALPN', { ALPNProtocols: ['h2', 'http/1.1'] }],
    ['many curves', { ecdhCurve: 'X25519:P-256:P-384:P-521' }],
  ] as const)('is read from a real client with %s', async (_title, options) => {
    const hello = await clientHello({ ...options, ALPNProtocols: ['h2'], servername: 'Registry.Allowed.test' });
    expect(readTlsHello(hello)).toEqual({ kind: 'hello', serverName: NAME });
  });

  test('is read however the hello is cut into records, and never before its last byte', async () => {
    const handshake = handshakeOf(await clientHello({ servername: NAME }));
    for (const size of [1, 2, 3, 4, 5, 7, 64, 100, handshake.length - 1]) {
      const hello = inRecords(handshake, size);
      expect(readTlsHello(hello), `records of ${size}`).toEqual({ kind: 'hello', serverName: NAME });
      expect(readTlsHello(hello.subarray(0, -1)).kind, `records of ${size}`).toBe('partial');
    }
    const whole = record(handshake);
    for (let length = 0; length < whole.length; length += 1) {
      expect(readTlsHello(whole.subarray(0, length)).kind, `${length} bytes`).toBe('partial');
    }
  });

  test('is read when a resuming client sends data right behind the hello', () => {
    const hello = Buffer.concat([helloWith([[SERVER_NAME, serverNames(NAME)]]), Buffer.from([23, 3, 3, 0, 1, 0])]);
    expect(readTlsHello(hello)).toEqual({ kind: 'hello', serverName: NAME });
  });

  test.each([
    ['no server name', helloWith([[43, Buffer.from([2, 3, 4])]])],
    ['no extensions at all', helloWith([])],
    ['two names', helloWith([[SERVER_NAME, serverNames(NAME, 'other.test')]])],
    ['an empty name', helloWith([[SERVER_NAME, serverNames('')]])],
    ['an empty list', helloWith([[SERVER_NAME, Buffer.from([0, 0])]])],
    ['a list longer than its extension', helloWith([[SERVER_NAME, Buffer.from([0, 99, 0, 0, 1, 97])]])],
    ['bytes behind the list', helloWith([[SERVER_NAME, Buffer.concat([serverNames(NAME), Buffer.from([1])])]])],
    [
      'the extension twice',
      helloWith([
        [SERVER_NAME, serverNames(NAME)],
        [SERVER_NAME, serverNames('other.test')],
      ]),
    ],
    [
      'an encrypted hello',
      helloWith([
        [SERVER_NAME, serverNames(NAME)],
        [ENCRYPTED_CLIENT_HELLO, Buffer.alloc(9)],
      ]),
    ],
    ['a second message in the record', record(Buffer.concat([handshakeOf(helloWith([])), Buffer.from([1])]))],
    ['an empty record', Buffer.from([22, 3, 1, 0, 0])],
    ['a record that is too long', Buffer.from([22, 3, 1, 0x40, 1])],
    ['another handshake message', record(Buffer.from([2, 0, 0, 0]))],
    ['SSL 2', Buffer.from([0x80, 0x2e, 1, 0, 2])],
    ['an alert', Buffer.from([21, 3, 3, 0, 2])],
    ['SSH', Buffer.from('SSH-2.0-OpenSSH_9.2\r\n')],
    ['HTTP', Buffer.from('GET / HTTP/1.1\r\n')],
  ])('is not taken from %s', (_title, bytes) => {
    expect(readTlsHello(bytes).kind).toBe('unfit');
  });

  test('no damaged hello throws, or is read as a name that was not in it', async () => {
    const whole = await clientHello({ servername: NAME });
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.nat(255), (at, value) => {
        const damaged = Buffer.from(whole);
        damaged[at] = value;
        const opening = readTlsHello(damaged);
        const name = opening.kind === 'hello' ? opening.serverName : '';
        expect(damaged.toString('latin1').toLowerCase()).toContain(name);
      }),
      { numRuns: 3_000 },
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (junk) => {
        expect(readTlsHello(Buffer.from(junk)).kind).not.toBe('hello');
      }),
    );
    expect(readTlsHello(whole)).toEqual({ kind: 'hello', serverName: NAME });
  });
});

describe('the host of an HTTP request', () => {
  const read = (text: string): unknown => readHttpOpening(Buffer.from(text, 'latin1'));

  test.each([
    ['GET / HTTP/1.1\r\nHost: a.test\r\n\r\n', 'a.test'],
    ['HEAD /x?y HTTP/1.0\r\nAccept: */*\r\nhOST:   A.test:80  \r\n\r\n', 'a.test:80'],
    ['OPTIONS * HTTP/1.1\r\nHost: a.test\r\nX:\r\n\r\nbody', 'a.test'],
  ])('is read from %j', (text, host) => {
    expect(read(text)).toEqual({ kind: 'request', host });
    expect(read(text.slice(0, text.indexOf('\r\n\r\n') + 3))).toEqual({ kind: 'partial' });
  });

  test.each([
    'GET / HTTP/1.1\r\n\r\n',
    'GET / HTTP/1.1\r\nHost: a.test\r\nHost: b.test\r\n\r\n',
    'GET / HTTP/1.1\r\nHost : a.test\r\n\r\n',
    'GET / HTTP/1.1\r\n Host: a.test\r\n\r\n',
    'GET / HTTP/1.1\r\nX: 1\r\n\tHost: a.test\r\nHost: a.test\r\n\r\n',
    'GET / HTTP/1.1\r\nHost: a.test\nHost: b.test\r\n\r\n',
    'GET / HTTP/1.1\r\nX: 1\rHost: b.test\r\nHost: a.test\r\n\r\n',
    'GET / HTTP/1.1\r\nHost: a.test\0\r\n\r\n',
    'GET http://b.test/ HTTP/1.1\r\nHost: a.test\r\n\r\n',
    'CONNECT b.test:80 HTTP/1.1\r\nHost: a.test\r\n\r\n',
    'GET /\r\nHost: a.test\r\n\r\n',
    'GET / HTTP/1.1 \r\nHost: a.test\r\n\r\n',
    'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
    'get / HTTP/1.1\r\nHost: a.test\r\n\r\n',
    '\r\nGET / HTTP/1.1\r\nHost: a.test\r\n\r\n',
    'SSH-2.0-x\r\n',
    '\u0016\u0003\u0001',
  ])('is not taken from %j', (text) => {
    expect(read(text)).toMatchObject({ kind: 'unfit' });
  });
});

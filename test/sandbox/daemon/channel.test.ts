import { PassThrough } from 'node:stream';
import { expect, onTestFinished, test } from 'vitest';
import type { GuestExit } from '#core/ports/provisioner.ts';
import { openDaemon } from '../../../sandbox/daemon/channel.ts';
import type { GuestDaemon } from '../../../sandbox/daemon/channel.ts';
import { ASKED, SAID, STDIN_WINDOW_BYTES } from '../../../sandbox/daemon/wire.ts';
import { eventually } from '../../contract/eventually.ts';

const LIMITS = { timeoutMs: 20_000, outputBytesMax: 1_000_000 };
const HEADER_BYTES = 9;

interface Asked {
  readonly kind: number;
  readonly id: number;
  readonly payload: Buffer;
}

/** The guest's side of a channel, as hostile as a test wants it. */
interface Guest {
  readonly daemon: GuestDaemon;
  readonly output: PassThrough;
  readonly abandoned: () => number;
  asked(kind: number): Asked[];
  say(kind: number, id: number, payload?: Uint8Array): void;
}

function openGuest(): Guest {
  const [input, output] = [new PassThrough(), new PassThrough()];
  let received = Buffer.alloc(0);
  let abandons = 0;
  input.on('data', (chunk: Buffer) => (received = Buffer.concat([received, chunk])));
  const daemon = openDaemon({ input, output, abandon: async () => void (abandons += 1) });
  onTestFinished(() => daemon.close());
  const frames = (): Asked[] => {
    const found: Asked[] = [];
    for (let at = 0; at + HEADER_BYTES <= received.length;) {
      const end = at + HEADER_BYTES + received.readUInt32BE(at);
      const payload = received.subarray(at + HEADER_BYTES, end);
      found.push({ kind: received.readUInt8(at + 4), id: received.readUInt32BE(at + 5), payload });
      at = end;
    }
    return found;
  };
  return {
    daemon,
    output,
    abandoned: () => abandons,
    asked: (kind) => frames().filter((frame) => frame.kind === kind),
    say: (kind, id, payload = new Uint8Array()) => {
      const header = Buffer.alloc(HEADER_BYTES);
      header.writeUInt32BE(payload.length);
      header.writeUInt8(kind, 4);
      header.writeUInt32BE(id, 5);
      output.write(Buffer.concat([header, payload]));
    },
  };
}

function number(value: number): Uint8Array {
  const payload = Buffer.alloc(4);
  payload.writeInt32BE(value);
  return payload;
}

/** Starts a command and waits until the guest was asked for it. */
async function start(guest: Guest, stdin?: Uint8Array): Promise<{ id: number; exit: Promise<GuestExit> }> {
  const before = guest.asked(ASKED.start).length;
  const exit = guest.daemon.exec({ argv: ['x'], ...LIMITS, ...(stdin === undefined ? {} : { stdin }) });
  exit.catch(() => undefined);
  const id = await eventually(async () => guest.asked(ASKED.start)[before]?.id);
  return { id, exit };
}

test('a guest that says hello is ready, and one that ends first is unavailable', async () => {
  const [ready, ended] = [openGuest(), openGuest()];
  ready.say(SAID.hello, 0);
  await expect(ready.daemon.ready).resolves.toBeUndefined();
  ended.output.end();
  await expect(ended.daemon.ready).rejects.toMatchObject({ code: 'unavailable' });
});

test('frames of unknown commands are dropped, and those of a command reach it alone', async () => {
  const guest = openGuest();
  const [one, two] = [await start(guest), await start(guest)];
  guest.say(SAID.stdout, 4_000_000_000, Buffer.from('nobody'));
  guest.say(SAID.exit, 77, number(0));
  guest.say(SAID.stdout, one.id, Buffer.from('one'));
  guest.say(SAID.stderr, two.id, Buffer.from('two'));
  for (const [{ id }, code] of [[one, 1] as const, [two, -2] as const]) guest.say(SAID.exit, id, number(code));
  expect(await one.exit).toMatchObject({ end: 'exited', exitCode: 1, stdout: Buffer.from('one') });
  expect(await two.exit).toMatchObject({ end: 'exited', exitCode: -2, stderr: Buffer.from('two') });
});

test.each([
  ['a frame that is too long', Buffer.from([0, 1, 0, 1, SAID.stdout, 0, 0, 0, 1])],
  ['a kind that a daemon does not say', Buffer.from([0, 0, 0, 0, ASKED.kill, 0, 0, 0, 1])],
  ['text', Buffer.from('HTTP/1.1 200 OK\r\n\r\n')],
])('%s ends the guest, and its commands are missing', async (_, garbage) => {
  const guest = openGuest();
  const { exit } = await start(guest);
  guest.output.write(garbage);
  await expect(exit).rejects.toMatchObject({ code: 'missing' });
  expect(guest.abandoned()).toBe(1);
  await expect(guest.daemon.exec({ argv: ['x'], ...LIMITS })).rejects.toMatchObject({ code: 'missing' });
});

test('a stream that ends is a missing guest, one that breaks an engine that is away', async () => {
  const [ended, broken] = [openGuest(), openGuest()];
  const [one, two] = [await start(ended), await start(broken)];
  ended.output.end();
  broken.output.destroy(Object.assign(new Error('read'), { code: 'ECONNRESET' }));
  await expect(one.exit).rejects.toMatchObject({ code: 'missing' });
  await expect(two.exit).rejects.toMatchObject({ code: 'unavailable' });
  expect((await broken.daemon.closed).code).toBe('unavailable');
});

test('a command that does not end when it is killed takes its guest with it within 2 s', async () => {
  const guest = openGuest();
  const abort = new AbortController();
  const exit = guest.daemon.exec({ argv: ['x'], ...LIMITS, signal: abort.signal });
  await eventually(async () => guest.asked(ASKED.start).length === 1);
  abort.abort();
  const started = performance.now();
  expect((await exit).end).toBe('aborted');
  expect(performance.now() - started).toBeLessThan(3_000);
  expect([guest.asked(ASKED.kill).length, guest.abandoned()]).toEqual([1, 1]);
});

test('a guest cannot make the host send more than a window of stdin ahead', async () => {
  const guest = openGuest();
  const { id, exit } = await start(guest, Buffer.alloc(10 * STDIN_WINDOW_BYTES));
  const sent = (): number => guest.asked(ASKED.stdin).reduce((sum, { payload }) => sum + payload.length, 0);
  await eventually(async () => sent() === STDIN_WINDOW_BYTES);
  guest.say(SAID.credit, id, number(-1));
  await guest.daemon.ping(1).catch(() => undefined);
  await eventually(async () => sent() > STDIN_WINDOW_BYTES);
  expect(sent()).toBe(2 * STDIN_WINDOW_BYTES);
  guest.say(SAID.exit, id, number(0));
  await exit;
});

test('output is cut at its limit however many small frames bring it', async () => {
  const guest = openGuest();
  const exit = guest.daemon.exec({ argv: ['x'], timeoutMs: 20_000, outputBytesMax: 10_000 });
  const id = await eventually(async () => guest.asked(ASKED.start)[0]?.id);
  for (let at = 0; at < 10_001; at += 1) guest.say(SAID.stdout, id, Buffer.from('x'));
  await eventually(async () => guest.asked(ASKED.kill).length === 1);
  guest.say(SAID.exit, id, number(137));
  expect(await exit).toMatchObject({ end: 'output-limit', exitCode: null, stdout: Buffer.alloc(10_000, 'x') });
});

test('a zero byte, an empty command and one of several megabytes are invalid and never said', async () => {
  const guest = openGuest();
  for (const command of [
    { argv: ['a\0b'] },
    { argv: ['a'], env: { A: 'x\0' } },
    { argv: [] },
    { argv: ['x'.repeat(5e6)] },
  ])
    await expect(guest.daemon.exec({ ...command, ...LIMITS })).rejects.toMatchObject({ code: 'invalid' });
  expect(guest.asked(ASKED.start)).toEqual([]);
});

test('a question that nobody answers is missing in time', async () => {
  const guest = openGuest();
  await expect(guest.daemon.ping(50)).rejects.toMatchObject({ code: 'missing' });
  const answered = guest.daemon.setDoors({ host: 'gateway', port: 1, token: 'secret' });
  const [{ id, payload } = { id: 0, payload: Buffer.alloc(0) }] = guest.asked(ASKED.doors);
  expect(JSON.parse(payload.toString())).toEqual({ host: 'gateway', port: 1, token: 'secret' });
  guest.say(SAID.doorsSet, id);
  await expect(answered).resolves.toBeUndefined();
});

test('empty frames end a command too, though they hold no output', async () => {
  const guest = openGuest();
  const exit = guest.daemon.exec({ argv: ['x'], timeoutMs: 20_000, outputBytesMax: 10_000 });
  const id = await eventually(async () => guest.asked(ASKED.start)[0]?.id);
  for (let at = 0; at < 120_000; at += 1) guest.say(SAID.stderr, id);
  await eventually(async () => guest.asked(ASKED.kill).length === 1);
  guest.say(SAID.exit, id, number(137));
  expect(await exit).toMatchObject({ end: 'output-limit', exitCode: null });
});

test('stdin that fails after its command ended does no harm to the guest', async () => {
  const guest = openGuest();
  let cut = (): void => undefined;
  const isCut = new Promise<void>((resolve) => (cut = resolve));
  async function* source(): AsyncGenerator<Uint8Array> {
    yield Buffer.from('x');
    await isCut;
    throw new Error('the way of its source was cut');
  }
  const exit = guest.daemon.exec({ argv: ['x'], stdin: source(), ...LIMITS });
  const id = await eventually(async () => guest.asked(ASKED.start)[0]?.id);
  guest.say(SAID.exit, id, number(0));
  expect(await exit).toMatchObject({ end: 'exited', exitCode: 0 });
  cut();
  await new Promise((resolve) => setImmediate(resolve));
  expect(guest.asked(ASKED.kill)).toEqual([]);
});

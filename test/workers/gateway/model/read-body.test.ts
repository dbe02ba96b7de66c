import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { createByteRoom, readBody } from '../../../../workers/gateway/model/read-body.ts';
import { callBodyOf } from '../a-model-call.ts';
import { callDoor } from '../guest-call.ts';
import { openGateway } from '../open-gateway.ts';

/** A request whose body is pushed by the test. */
function incoming(): IncomingMessage {
  return new IncomingMessage(new Socket());
}

test('what is read takes room until it is released, and what does not fit is not kept', async () => {
  const room = createByteRoom(10);
  const [first, second, third] = [incoming(), incoming(), incoming()];
  for (const request of [first, second]) request.push(Buffer.alloc(6));
  for (const request of [first, second]) request.push(null);
  const kept = await readBody(first, 100, room);
  expect(await readBody(second, 100, room)).toEqual({ kind: 'no-room' });
  if (kept.kind === 'whole') kept.release();
  third.push(Buffer.alloc(10));
  third.push(null);
  expect((await readBody(third, 100, room)).kind).toBe('whole');
  expect(room.take(1)).toBe(false);
});

test('a body that is too long or whose sender leaves gives its room back', async () => {
  const room = createByteRoom(10);
  const long = incoming();
  for (let count = 0; count < 4; count += 1) long.push(Buffer.alloc(2));
  expect(await readBody(long, 5, room)).toEqual({ kind: 'too-large' });
  const left = incoming();
  const reading = readBody(left, 5, room);
  left.push(Buffer.alloc(4));
  await once(left, 'data');
  left.destroy();
  expect(await reading).toEqual({ kind: 'left' });
  expect(room.take(10)).toBe(true);
});

test('bodies arrive whole however they are cut', async () => {
  const room = createByteRoom(1_000);
  const request = incoming();
  const source = new PassThrough();
  source.on('data', (chunk: Buffer) => request.push(chunk)).once('end', () => request.push(null));
  for (const text of ['', 'a', 'bc', 'def']) source.write(text);
  source.end();
  const body = await readBody(request, 1_000, room);
  expect(body.kind === 'whole' && body.bytes.toString()).toBe('abcdef');
});

test('a run that sends huge bodies is slowed down, while another is served', async () => {
  await using open = await openGateway();
  await using other = await openGateway();
  const huge = callBodyOf(30_000_000);
  const flood = Promise.all(Array.from({ length: 3 }, () => callDoor(open.at, { body: [huge] })));
  let served = 0;
  let over = false;
  void flood.then(() => (over = true));
  while (!over) {
    expect((await callDoor(other.at, { body: [callBodyOf(300)] })).status).toBe(200);
    served += 1;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  expect((await flood).map((answer) => answer.status)).toEqual([200, 200, 200]);
  expect(served).toBeGreaterThan(10);
});

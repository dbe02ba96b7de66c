import { once } from 'node:events';
import { createServer } from 'node:http';
import net from 'node:net';
import type { Server } from 'node:net';
import { networkInterfaces } from 'node:os';
import { expect, onTestFinished, test } from 'vitest';
import { eventually } from '../contract/eventually.ts';
import type { GuestScene } from './guest-scene.ts';
import { textOf } from './guest-scene.ts';

const CONNECT_TIMEOUT_MS = 2_000;
/** Says OPEN or the error code for each `host port` pair. */
const PROBE = `
const [, ...targets] = process.argv;
for (const target of targets) {
  const [host, port] = target.split(' ');
  const socket = require('node:net').connect({ host, port: Number(port), timeout: 2000 });
  const say = (what) => { console.log(what); socket.destroy(); };
  socket.once('connect', () => say('OPEN')).once('timeout', () => say('TIMEOUT')).once('error', (error) => say(error.code));
}`;

/** The network: none, but for one socket. */
export function networkCases(scene: () => GuestScene): void {
  test('no address of the host is reached, though each answers outside', async () => {
    const server = await listen(
      net.createServer((socket) => socket.on('error', () => undefined).end('hello')),
      { host: '0.0.0.0', port: 0 },
    );
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const hosts: string[] = [];
    for (const host of ownAddresses()) {
      if (await connects(host, port)) hosts.push(host);
      else expect(ownAddresses(), `no answer outside, and still ours: ${host}`).not.toContain(host);
    }
    expect(hosts).toContain('127.0.0.1');
    const targets = [...hosts, '169.254.169.254', '1.1.1.1'].map((host) => `${host} ${port}`);
    const inside = await scene().sh(
      'exec node -e "$PROBE" "$@"'.replace('"$@"', targets.map((target) => `'${target}'`).join(' ')),
      {
        env: { PROBE },
      },
    );
    expect(inside.split('\n')).toHaveLength(targets.length);
    expect(inside).not.toContain('OPEN');
    expect(
      await scene().sh(`node -e "require('node:dns').lookup('example.org', (error) => console.log(error?.code))"`),
    ).not.toBe('undefined');
  });

  test('an abstract socket of the host is not reached', async () => {
    const name = `\0astraforge-test-${process.pid}`;
    await listen(
      net.createServer((socket) => socket.end()),
      { path: name },
    );
    const script = `require('node:net').connect({ path: '\\0${name.slice(1)}' }).on('connect', () => console.log('OPEN')).on('error', (error) => console.log(error.code))`;
    expect(await scene().sh('exec node -e "$SCRIPT"', { env: { SCRIPT: script } })).toBe('ECONNREFUSED');
  });

  test('127.0.0.1:8101 is the door to the model, and a streamed answer arrives as it is sent', async () => {
    const seen: string[] = [];
    const server = createServer((incoming, response) => {
      response.write('first\n');
      void eventually(async () => seen.join('').includes('first')).then(() => response.end(`${incoming.url}\n`));
    });
    scene().stand.answer('model', (socket) => void server.emit('connection', socket));
    const script = `fetch('http://127.0.0.1:8101/v1/responses').then(async (answer) => { for await (const part of answer.body) process.stdout.write(part) })`;
    const onStdout = (chunk: Uint8Array): void => void seen.push(textOf(chunk));
    const exit = await scene().run(['node', '-e', script], { onStdout });
    expect([exit.exitCode, seen.join('')]).toEqual([0, 'first\n/v1/responses\n']);
  });

  test('127.0.0.1:3128 is the door to the egress proxy', async () => {
    scene().stand.answer('egress', (socket) => void socket.end('this is egress'));
    const script = `require('node:net').connect(3128, '127.0.0.1').pipe(process.stdout)`;
    expect(await scene().sh('exec node -e "$SCRIPT"', { env: { SCRIPT: script } })).toBe('this is egress');
  });

  test('the door passes the end of one direction on and keeps the other open', async () => {
    scene().stand.answer('model', (socket) => {
      let received = 0;
      socket.on('data', (chunk) => (received += chunk.length));
      socket.on('end', () => socket.end(`received ${received}`));
    });
    const script = `const s = require('node:net').connect({ host: '127.0.0.1', port: 8101, allowHalfOpen: true }); s.end(Buffer.alloc(3000000)); s.pipe(process.stdout)`;
    expect(await scene().sh('exec node -e "$SCRIPT"', { env: { SCRIPT: script } })).toBe('received 3000000');
  });

  test('while nobody answers a connection ends at once, and later ones work', async () => {
    const script = `require('node:http').get('http://127.0.0.1:8101/', (answer) => answer.pipe(process.stdout))
      .on('error', () => console.log('refused'))`;
    expect(await scene().sh('exec node -e "$SCRIPT"', { env: { SCRIPT: script } })).toBe('refused');
    const server = createServer((_, response) => response.end('there'));
    scene().stand.answer('model', (socket) => void server.emit('connection', socket));
    expect(await scene().sh('exec node -e "$SCRIPT"', { env: { SCRIPT: script } })).toBe('there');
  });
}

async function listen(server: Server, where: net.ListenOptions): Promise<Server> {
  server.listen(where);
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return server;
}

/** Of a machine on which others make and remove bridges meanwhile. */
function ownAddresses(): string[] {
  const all = Object.values(networkInterfaces()).flatMap((found) => found ?? []);
  return all.filter((found) => found.family === 'IPv4').map((found) => found.address);
}

async function connects(host: string, port: number): Promise<boolean> {
  const socket = net.connect({ host, port }).on('error', () => undefined);
  try {
    await once(socket, 'connect', { signal: AbortSignal.timeout(CONNECT_TIMEOUT_MS) });
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

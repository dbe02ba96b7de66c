import { spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import net from 'node:net';
import type { Server } from 'node:net';
import { startPostgres } from '../services/start-postgres.ts';
import { startRedis } from '../services/start-redis.ts';
import { unprivilegedUser } from '../services/unprivileged-user.ts';
import type { Undo } from './undo.ts';

/** What a check may name with `$`: ports and names of what runs on the host while workspaces are tried. */
export type HostFacts = Readonly<
  Record<'redis' | 'postgres' | 'http' | 'udp', number> & Record<'abstractSocket', string>
>;

const EVERY_ADDRESS = '::';
/** By which `probes/secrets.py` finds the process. */
const HOLDER_MARK = 'canary-holder';

/**
 * A real Redis and a real Postgres on every address of this machine, an engine's API as if somebody had opened it to the
 * network, an echo over UDP, and an abstract Unix socket that says `hello`.
 */
export async function startHostServices(undo: Undo): Promise<HostFacts> {
  const redis = await startRedis();
  undo.add(() => redis[Symbol.asyncDispose]());
  const postgres = await startPostgres({ fsync: false });
  undo.add(() => postgres[Symbol.asyncDispose]());
  const abstractSocket = `astraforge-containment-${process.pid}`;
  const hello = net.createServer((socket) => socket.on('error', () => undefined).end('hello'));
  await listen(hello, { path: `\0${abstractSocket}` }, undo);
  const everywhere = { host: EVERY_ADDRESS, port: 0 };
  return {
    redis: await listen(relayTo(redis.url), everywhere, undo),
    postgres: await listen(relayTo(postgres.url), everywhere, undo),
    http: await listen(openEngine(), everywhere, undo),
    udp: await echo(undo),
    abstractSocket,
  };
}

/** Only looks like an engine: a real one on the network would be a hole while the tests run. */
function openEngine(): Server {
  return createHttpServer((_, response) => void response.end('{"Version":"20.10.24","ApiVersion":"1.41"}'));
}

/** The test servers listen on loopback only; this makes one answer on every address. */
function relayTo(url: string): Server {
  const { hostname, port } = new URL(url);
  return net.createServer((client) => {
    const server = net.connect({ host: hostname, port: Number(port) });
    client.on('error', () => server.destroy()).pipe(server);
    server.on('error', () => client.destroy()).pipe(client);
  });
}

async function listen(server: Server, where: { host: string; port: number } | { path: string }, undo: Undo) {
  server.listen(where);
  await once(server, 'listening');
  undo.add(() => void server.close());
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

async function echo(undo: Undo): Promise<number> {
  const socket = createSocket('udp6');
  socket.on('message', (message, from) => socket.send(message, from.port, from.address));
  socket.bind(0, EVERY_ADDRESS);
  await once(socket, 'listening');
  undo.add(() => void socket.close());
  return socket.address().port;
}

/** A process of the host with one word in its arguments and memory, another in its environment; returns its id. */
export async function startCanaryHolder(words: { argument: string; environment: string }, undo: Undo): Promise<number> {
  const holder = spawn('sleep', ['3600'], {
    argv0: `${HOLDER_MARK} ${words.argument}`,
    env: { MODEL_KEY: words.environment },
    stdio: 'ignore',
    ...unprivilegedUser(),
  });
  await once(holder, 'spawn');
  undo.add(async () => {
    const gone = once(holder, 'exit');
    holder.kill('SIGKILL');
    await gone;
  });
  return holder.pid ?? 0;
}

import { access } from 'node:fs/promises';
import { connect } from 'node:net';
import { Redis as RedisClient } from 'ioredis';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeWith } from './describe-with.ts';
import { startPostgres, type Postgres } from './start-postgres.ts';
import { startRedis, type Redis } from './start-redis.ts';

describeWith(['postgres'], 'a throw-away Postgres', () => {
  let postgres: Postgres;
  beforeAll(async () => {
    postgres = await startPostgres();
  });
  afterAll(() => postgres[Symbol.asyncDispose]());

  async function query(url: string, text: string): Promise<unknown[]> {
    const client = new pg.Client(url);
    await client.connect();
    try {
      return (await client.query({ text, rowMode: 'array' })).rows.flat();
    } finally {
      await client.end();
    }
  }

  test('copies a database that then goes its own way', async () => {
    const template = await postgres.createDatabase();
    await query(template, 'create table note (text text); ');
    await query(template, "insert into note values ('from the template')");
    const copy = await postgres.createDatabase(template);
    await query(copy, "update note set text = 'changed'");
    expect(await query(template, 'select text from note')).toEqual(['from the template']);
    expect(await query(copy, 'select text from note')).toEqual(['changed']);
  });

  test('is away after a crash and comes back at the same URL with what was committed', async () => {
    const url = await postgres.createDatabase();
    await query(url, 'create table kept as select 7 as number');
    await postgres.crash();
    await expect(query(url, 'select 1')).rejects.toThrow(/ECONNREFUSED/);
    await postgres.resume();
    expect(await query(url, 'select number from kept')).toEqual([7]);
  });

  test('flushes to the disk unless told otherwise, and refuses a wrong password', async () => {
    expect(await query(postgres.url, 'show fsync')).toEqual(['on']);
    const stranger = Object.assign(new URL(postgres.url), { password: 'guess' }).href;
    await expect(query(stranger, 'select 1')).rejects.toThrow(/password authentication failed/);
  });

  test('leaves neither files nor a listener behind', async () => {
    const other = await startPostgres({ fsync: false });
    expect(await query(other.url, 'show fsync')).toEqual(['off']);
    await other[Symbol.asyncDispose]();
    await expect(access(other.socketDirectory)).rejects.toThrow(/ENOENT/);
    await expect(reach(other.url)).rejects.toThrow(/ECONNREFUSED/);
  });
});

describeWith(['redis'], 'a throw-away Redis', () => {
  async function ask<T>(redis: Redis, question: (client: RedisClient) => Promise<T>): Promise<T> {
    const client = new RedisClient(redis.url);
    try {
      return await question(client);
    } finally {
      client.disconnect();
    }
  }

  test('keeps what it acknowledged through a crash when it logs writes', async () => {
    await using redis = await startRedis({ appendonly: true });
    await ask(redis, (client) => client.set('answer', '42'));
    await redis.crash();
    await redis.resume();
    expect(await ask(redis, (client) => client.get('answer'))).toBe('42');
  });

  test('comes back empty after a crash when it does not', async () => {
    await using redis = await startRedis();
    await ask(redis, (client) => client.set('answer', '42'));
    await redis.crash();
    await redis.resume();
    expect(await ask(redis, (client) => client.get('answer'))).toBeNull();
  });

  test('evicts nothing, as a queue needs', async () => {
    await using redis = await startRedis({ save: '3600 1' });
    const settings = await ask(redis, (client) => client.config('GET', 'maxmemory-policy'));
    expect(settings).toEqual(['maxmemory-policy', 'noeviction']);
  });
});

async function reach(url: string): Promise<void> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  await new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject));
  socket.destroy();
}

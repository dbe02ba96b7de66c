import { afterAll, beforeAll, expect, it } from 'vitest';
import { AppError } from '#core/domain/errors.ts';
import { serve, type HttpServer } from '../../../app/http/server.ts';
import { webhookHandler } from '../../../app/http/webhooks.ts';

const MEBIBYTE = 1024 * 1024;
const REFUSED = { kind: 'refused', status: 401, reason: 'bad token' } as const;
const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

let server: HttpServer;
let received: number;
let receive: () => Promise<'recorded' | 'repeated'>;
let asked: number;

beforeAll(async () => {
  const delivery = { provider: 'github', guid: 'g', event: 'ping' } as const;
  const alert = { provider: 'sentry', guid: 'g', event: 'shop:error' } as const;
  const webhooks = webhookHandler({
    doors: new Map([['github', async ({ body }) => ({ kind: 'admitted', delivery: { ...delivery, body } })]]),
    trackers: new Map([
      [
        'sentry',
        async ({ body, path }) =>
          path.join('/') === 'shop/key' ? { kind: 'admitted', delivery: { ...alert, body } } : REFUSED,
      ],
    ]),
    receive: (arrived) => {
      received = arrived.body.byteLength;
      return receive();
    },
    logger: quiet,
  });
  const check = async (): Promise<void> => {
    asked += 1;
    throw new AppError('unavailable', 'away');
  };
  const dependencies = [{ name: 'engine', check }];
  server = await serve(
    { host: '127.0.0.1', port: 0 },
    { webhooks, dependencies, draining: () => false, logger: quiet },
  );
});
afterAll(() => server[Symbol.asyncDispose]());

const post = (body: Uint8Array, path = '/webhooks/github') => fetch(`${server.url}${path}`, { method: 'POST', body });

it.each([
  ['recorded', async () => 'recorded' as const, 202],
  ['repeated', async () => 'repeated' as const, 202],
  ['not recorded', () => Promise.reject(new AppError('unavailable', 'The database does not answer')), 503],
  ['not recorded in time', () => new Promise<never>(() => undefined), 503],
])('a delivery that was %s is answered so, within 2 s', async (_, outcome, status) => {
  receive = outcome;
  const started = Date.now();
  expect((await post(Buffer.from('{}'))).status).toBe(status);
  expect(Date.now() - started).toBeLessThan(4_000);
});

it('25 MB are taken whole, more is answered 413 and kept nowhere, every time', async () => {
  receive = async () => 'recorded';
  expect((await post(Buffer.alloc(25 * MEBIBYTE))).status).toBe(202);
  expect(received).toBe(25 * MEBIBYTE);
  received = 0;
  for (let count = 0; count < 5; count += 1) expect((await post(Buffer.alloc(25 * MEBIBYTE + 1))).status).toBe(413);
  expect(received).toBe(0);
});

it('a tracker has a door per source, with what stands behind its name; a host has one', async () => {
  receive = async () => 'recorded';
  expect((await post(Buffer.from('{}'), '/webhooks/sentry/shop/key')).status).toBe(202);
  expect((await post(Buffer.from('{}'), '/webhooks/sentry/shop/other/')).status).toBe(401);
  for (const path of [
    '/webhooks/sentry',
    '/webhooks/github/shop',
    '/webhooks/sentry/shop/key/more',
    '/webhooks/sentry/../x',
  ])
    expect((await post(Buffer.from('{}'), path)).status, path).toBe(404);
});

it('an unknown host, path or method is not found', async () => {
  expect((await post(Buffer.from('{}'), '/webhooks/nobody')).status).toBe(404);
  expect((await fetch(`${server.url}/webhooks/github`)).status).toBe(404);
  expect((await fetch(`${server.url}/`)).status).toBe(404);
});

it('readiness names what is down, and many who ask cost one question', async () => {
  asked = 0;
  const answers = await Promise.all(Array.from({ length: 20 }, () => fetch(`${server.url}/readyz`)));
  expect(answers.map((answer) => answer.status)).toEqual(Array(20).fill(503));
  expect(await answers[0]?.json()).toEqual({ ready: false, draining: false, dependencies: { engine: 'down' } });
  expect(asked).toBe(1);
  expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
});

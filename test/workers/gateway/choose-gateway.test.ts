import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createRedactor } from '#core/domain/text/secrets.ts';
import {
  EgressOptions,
  GatewayClientOptions,
  GatewayServiceOptions,
  parseGuestAddress,
} from '../../../workers/gateway/gateway-options.ts';
import { KeylessModelServerOptions } from '../../../workers/gateway/model/model-options.ts';
import { openGateway } from '../../../workers/gateway/open-gateway.ts';
import { generousTerms, recordLog } from './open-gateway.ts';

const Variables = KeylessModelServerOptions.extend(GatewayClientOptions.shape).extend(EgressOptions.shape);
const secret = 'x'.repeat(32);
let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'gw-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

const open = (env: Readonly<Record<string, string>>) => {
  const redactor = createRedactor();
  const config = { ...Variables.parse(env), SOCKET_DIRECTORY: directory };
  return { redactor, gateway: openGateway(config, { logger: recordLog(), redactor, record: () => Promise.resolve() }) };
};

test('without an address of a service the gateway is in this process and needs the key, which no log shows', async () => {
  const { gateway, redactor } = open({ OPENAI_API_KEY: 'plain-test-key' });
  await using held = await gateway;
  await using door = await held.open({ runId: 'run-1', epoch: 1 }, generousTerms());
  expect(door.doors.kind).toBe('sockets');
  expect(redactor.redact('plain-test-key')).toBe('[redacted]');
  await expect(open({}).gateway).rejects.toMatchObject({
    code: 'invalid',
    message: expect.stringContaining('OPENAI_API_KEY'),
  });
});

test('workspaces on another machine need the service, and are told so', async () => {
  await using held = await open({ OPENAI_API_KEY: 'plain-test-key' }).gateway;
  await expect(held.open({ runId: 'run-1', epoch: 1 }, generousTerms({ kind: 'network' }))).rejects.toMatchObject({
    code: 'invalid',
    message: expect.stringContaining('LLM_PROXY_URL'),
  });
});

test('with the address of a service no key is needed, but the secret is, and no log shows that', async () => {
  const LLM_PROXY_URL = 'http://127.0.0.1:9';
  await expect(open({ LLM_PROXY_URL }).gateway).rejects.toMatchObject({
    code: 'invalid',
    message: expect.stringContaining('LLM_PROXY_SECRET'),
  });
  const { gateway, redactor } = open({ LLM_PROXY_URL, LLM_PROXY_SECRET: secret });
  await using held = await gateway;
  expect(redactor.redact(secret)).toBe('[redacted]');
  await expect(held.open({ runId: 'run-1', epoch: 1 }, generousTerms())).rejects.toMatchObject({ code: 'unavailable' });
});

test.each([
  ['http://gateway:8444', true],
  ['http://gateway:8444/', true],
  ['https://gateway.example', true],
  ['http://[::1]:8444', true],
  ['http://gateway:8444/path', false],
  ['http://gateway:8444/?x=1', false],
  ['http://user:pass@gateway:8444', false],
  ['ftp://gateway:8444', false],
  ['gateway:8444', false],
])('an address of the service is scheme, host and port: %s is taken: %s', (LLM_PROXY_URL, taken) => {
  expect(GatewayClientOptions.safeParse({ LLM_PROXY_URL }).success).toBe(taken);
});

test.each([
  ['10.0.0.7:8443', { host: '10.0.0.7', port: 8443 }],
  ['gateway.example:443', { host: 'gateway.example', port: 443 }],
  ['[fd00::7]:8443', { host: 'fd00::7', port: 8443 }],
])('where workspaces find the service is read from %s', (text, address) => {
  const { GATEWAY_GUEST_ADDRESS = '' } = GatewayServiceOptions.parse({
    GATEWAY_GUEST_ADDRESS: text,
    LLM_PROXY_SECRET: secret,
  });
  expect(parseGuestAddress(GATEWAY_GUEST_ADDRESS)).toEqual(address);
});

test.each(['gateway', ':8443', 'gateway:', 'fd00::7:8443', 'http://gateway:8443', 'gateway:8443/path'])(
  'what is no host with a port is refused: %s',
  (text) => {
    const parsed = GatewayServiceOptions.safeParse({ GATEWAY_GUEST_ADDRESS: text, LLM_PROXY_SECRET: secret });
    expect(parsed.success).toBe(false);
  },
);

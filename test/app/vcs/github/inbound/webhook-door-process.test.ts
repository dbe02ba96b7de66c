import { spawn } from 'node:child_process';
import { createHmac, randomBytes } from 'node:crypto';
import { createServer } from 'node:net';
import { expect, test } from 'vitest';

const PROCESS_TIMEOUT_MS = 30_000;
const door = new URL('../../../../../app/vcs/github/inbound/app.ts', import.meta.url).href;
const root = new URL('../../../../../', import.meta.url);

/** Opens the door in a process of its own, shows it one delivery, and prints what it said. */
const SCRIPT = `
  const { openGitHubDoor } = await import(process.env.DOOR);
  const door = await openGitHubDoor({ webhookSecret: process.env.SECRET });
  const body = Buffer.from(process.env.BODY);
  const headers = { 'x-github-delivery': 'guid', 'x-github-event': 'issues', 'x-hub-signature-256': process.env.SIGNATURE };
  const admission = await door.admit({ headers, body });
  console.log('ADMISSION ' + (admission.reason ?? admission.kind));
`;

async function showDelivery(env: Record<string, string>): Promise<{ output: string; exitCode: number | null }> {
  const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', SCRIPT], {
    cwd: root,
    env: { DOOR: door, ...env },
    timeout: PROCESS_TIMEOUT_MS,
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const exitCode = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { output, exitCode };
}

function sign(body: string, secret: string): string {
  return `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;
}

test(
  'a forged delivery leaves no trace of its body, and nothing of the door keeps the process alive',
  async () => {
    const body = '{"action":"opened","issue":{"title":"CANARY-IN-A-FORGED-BODY"}}';
    const secret = randomBytes(32).toString('hex');
    const env = { SECRET: secret, BODY: body, SIGNATURE: sign(body, 'not the secret'), LOG_LEVEL: 'trace' };
    const { output, exitCode } = await showDelivery(env);
    expect(output).toContain('ADMISSION bad signature');
    expect(output).not.toContain('CANARY');
    expect(output).not.toContain(secret);
    expect(exitCode).toBe(0);
  },
  PROCESS_TIMEOUT_MS,
);

test(
  'nothing of Probot’s environment reaches the door: no Redis, no other secret',
  async () => {
    let connections = 0;
    const redis = createServer((socket) => {
      connections += 1;
      socket.destroy();
    });
    await new Promise<void>((resolve) => redis.listen(0, '127.0.0.1', resolve));
    const address = redis.address();
    if (address === null || typeof address === 'string') throw new Error('the would-be Redis listens on no port');
    const body = '{"action":"opened"}';
    const env = {
      SECRET: randomBytes(32).toString('hex'),
      BODY: body,
      SIGNATURE: sign(body, 'development'),
      REDIS_URL: `redis://127.0.0.1:${address.port}`,
      WEBHOOK_SECRET: 'development',
      APP_ID: '1',
      PRIVATE_KEY: 'nonsense',
    };
    const { output } = await showDelivery(env);
    redis.close();
    expect(output).toContain('ADMISSION bad signature');
    expect(connections).toBe(0);
  },
  PROCESS_TIMEOUT_MS,
);

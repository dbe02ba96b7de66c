import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Docker from 'dockerode';
import { beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest';
import type { GuestCommand } from '#core/ports/provisioner.ts';
import { openDaemon } from '../../../sandbox/daemon/channel.ts';
import type { GuestDaemon } from '../../../sandbox/daemon/channel.ts';
import { attachContainer } from '../../../sandbox/docker/attach.ts';
import { ensureImage } from '../../../sandbox/docker/image.ts';
import { containerSpec } from '../../../sandbox/docker/spec.ts';
import { OWN_IMAGE } from '../../../sandbox/limits.ts';
import { describeWith } from '../../services/describe-with.ts';
import { eventually } from '../../contract/eventually.ts';
import { textOf } from '../guest-scene.ts';

const OPEN_TIMEOUT_MS = 900_000;
const MEBIBYTE = 1024 * 1024;
const LIMITS = { timeoutMs: 20_000, outputBytesMax: 1_000_000 };
const PORT = 9_000;
const TOKEN = 'token-of-the-run';
/** Takes what a gateway takes; what it heard first goes to stdout, and everything after comes back in upper case. */
const SERVICE = `require('node:net').createServer({ allowHalfOpen: true }, (socket) => {
  socket.on('error', () => {}).once('data', (head) => {
    console.log(JSON.stringify(String(head)));
    if (!String(head).includes('Bearer ${TOKEN}\\r\\n')) return socket.end('HTTP/1.1 407 No\\r\\n\\r\\nsecret answer');
    socket.write('HTTP/1.1 200 OK\\r\\n');
    setTimeout(() => socket.write('\\r\\nfirst '), 50);
    socket.on('data', (chunk) => socket.write(String(chunk).toUpperCase())).on('end', () => socket.end(' last'));
  });
}).listen(${PORT}, '127.0.0.1', () => console.log('"up"'));`;
const CLIENT = `const socket = require('node:net').connect({ port: Number(process.argv[1]), host: '127.0.0.1', allowHalfOpen: true });
socket.on('error', (error) => console.log(error.code)).on('data', (chunk) => process.stdout.write(chunk)).end('words');`;

describeWith(['docker', 'codex'], 'doors on the network', () => {
  const docker = new Docker();
  let imageId: string;
  let daemon: GuestDaemon;
  beforeAll(async () => {
    imageId = (await ensureImage(docker, { image: OWN_IMAGE, own: true, onProgress: () => undefined })).id;
  }, OPEN_TIMEOUT_MS);
  beforeEach(async () => {
    const limits = {
      image: OWN_IMAGE,
      instance: 'none',
      pidsMax: 256,
      memoryBytes: 512 * MEBIBYTE,
      cpus: 1,
      workspaceBytes: MEBIBYTE,
    };
    const socketDirectory = await mkdtemp(join(tmpdir(), 'nd-'));
    onTestFinished(() => rm(socketDirectory, { recursive: true }));
    const plan = { name: `test-${randomUUID()}`, labels: {}, imageId, socketDirectory };
    const container = await docker.createContainer(containerSpec(plan, limits));
    onTestFinished(() => container.remove({ force: true }));
    const { stream } = await attachContainer(container);
    daemon = openDaemon(stream);
    await container.start();
    await daemon.ready;
  });

  const said = async (command: Pick<GuestCommand, 'argv'>): Promise<string> => {
    const { stdout, stderr } = await daemon.exec({ ...command, ...LIMITS });
    return `${textOf(stdout)}${textOf(stderr)}`;
  };
  const connect = (port: number): Promise<string> => said({ argv: ['node', '-e', CLIENT, String(port)] });

  /** Starts the service inside; what it hears. */
  async function startService(): Promise<string[]> {
    const heard: string[] = [];
    const onStdout = (chunk: Uint8Array): void => void heard.push(...textOf(chunk).trim().split('\n'));
    void daemon.exec({ argv: ['node', '-e', SERVICE], ...LIMITS, onStdout }).catch(() => undefined);
    await eventually(async () => heard.length > 0);
    heard.length = 0;
    return heard;
  }

  test('are asked for by name and with the token, and carry bytes both ways to their ends', async () => {
    const heard = await startService();
    await daemon.setDoors({ host: '127.0.0.1', port: PORT, token: TOKEN });
    for (const port of [8101, 3128]) expect(await connect(port)).toBe('first WORDS last');
    expect(heard.map((head) => String(JSON.parse(head)).split('\r\n'))).toEqual(
      ['model', 'egress'].map((door) => [
        `CONNECT ${door} HTTP/1.1`,
        `Host: ${door}`,
        `Proxy-Authorization: Bearer ${TOKEN}`,
        '',
        '',
      ]),
    );
  });

  test('are shut when the service refuses, and nothing it answered gets in', async () => {
    await startService();
    await daemon.setDoors({ host: '127.0.0.1', port: PORT, token: 'another' });
    expect(await connect(8101)).toBe('ECONNRESET\n');
  });

  test('are shut while nobody said where they lead, or nobody is there', async () => {
    expect(await connect(8101)).toBe('ECONNRESET\n');
    await daemon.setDoors({ host: '127.0.0.1', port: PORT + 1, token: TOKEN });
    expect(await connect(3128)).toBe('ECONNRESET\n');
  });

  test('leave the token in no command’s environment or arguments, and in no file', async () => {
    await startService();
    await daemon.setDoors({ host: '127.0.0.1', port: PORT, token: 'canary-of-doors' });
    const script = `cat /proc/[0-9]*/environ /proc/[0-9]*/cmdline; grep -rl canary-of-door[s] /tmp /workspace /home /run 2>/dev/null`;
    const found = await said({ argv: ['sh', '-c', script] });
    expect(found).toContain('daemon.mjs');
    expect(found).not.toContain('canary-of-doors');
  });
});

import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import { connectSandbox } from '../../sandbox/client.ts';
import { eventually } from '../contract/eventually.ts';
import { describeWith } from '../services/describe-with.ts';

const MAIN = fileURLToPath(new URL('../../sandbox/main.ts', import.meta.url));

/** Starts the process with nothing of this process's environment but PATH. */
function startSandbox(env: Record<string, string>): { child: ChildProcess; said: () => string } {
  const child = spawn(process.execPath, ['--import', 'tsx', MAIN], { env: { PATH: process.env['PATH'], ...env } });
  onTestFinished(() => void child.kill('SIGKILL'));
  let text = '';
  child.stderr.on('data', (chunk: Buffer) => (text += chunk.toString()));
  return { child, said: () => text };
}

describe('the sandbox process', () => {
  test('refuses to start and names every fault at once', async () => {
    const { child, said } = startSandbox({ PROVISIONER: 'none', SANDBOX_CPUS: 'many' });
    const [code] = await once(child, 'close');
    expect(code).toBe(1);
    for (const name of ['PROVISIONER is wrong', 'SANDBOX_CPUS is wrong', 'SOCKET_DIRECTORY is not set']) {
      expect(said()).toContain(name);
    }
  });

  describeWith(['confinement', 'codex'], 'with a place to run', () => {
    test('serves on its socket until SIGTERM and then leaves with 0', async () => {
      const directory = await mkdtemp(join(tmpdir(), 'sm-'));
      onTestFinished(() => rm(directory, { recursive: true }));
      const SANDBOX_SOCKET = join(directory, 'api.sock');
      const SANDBOX_DIRECTORY = join(directory, 'guests');
      const env = { PROVISIONER: 'local', SANDBOX_SOCKET, SANDBOX_DIRECTORY, SOCKET_DIRECTORY: directory };
      const { child, said } = startSandbox(env);
      const workspaces = connectSandbox({ SANDBOX_SOCKET });
      await eventually(() =>
        workspaces.ready().then(
          () => true,
          () => false,
        ),
      ).catch(() => expect.fail(said()));
      expect(workspaces.provisioner).toBe('local');
      child.kill('SIGTERM');
      expect(await once(child, 'close')).toEqual([0, null]);
    });
  });
});

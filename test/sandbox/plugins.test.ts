import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { SandboxClientOptions, SandboxOptions } from '../../sandbox/limits.ts';
import { chooseProvisioner } from '../../sandbox/plugins.ts';
import { describeWith } from '../services/describe-with.ts';

const SURROUNDINGS = { onProgress: () => undefined, socketRoot: tmpdir() };

describe('the choice of a place to run', () => {
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'pl-'));
    vi.stubEnv('DOCKER_HOST', `unix://${directory}/no-engine.sock`);
  });
  afterEach(async () => {
    vi.unstubAllEnvs();
    await rm(directory, { recursive: true });
  });

  describeWith(['confinement', 'codex'], 'without an engine', () => {
    test('is local when nothing is asked for, and says why', async () => {
      const options = SandboxOptions.parse({ SANDBOX_DIRECTORY: join(directory, 'guests') });
      const { provisioner, reason } = await chooseProvisioner(options, SURROUNDINGS);
      expect(provisioner.name).toBe('local');
      expect(reason).toContain('No container engine answers');
    });
  });

  test('is refused with what to do when docker is asked for and no engine answers', async () => {
    const options = SandboxOptions.parse({ PROVISIONER: 'docker' });
    await expect(chooseProvisioner(options, SURROUNDINGS)).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringMatching(/Start Docker.*PROVISIONER=local/),
    });
  });

  test('names both reasons when neither place works', async () => {
    const options = SandboxOptions.parse({ SANDBOX_DIRECTORY: '/etc/passwd/guests' });
    await expect(chooseProvisioner(options, SURROUNDINGS)).rejects.toThrow(/docker: No container engine.*local: /);
  });
});

describe('the options', () => {
  test('have a default or may be left out, and each says what it is for', () => {
    expect(SandboxOptions.parse({})).toMatchObject({
      CODEX_WORKSPACE_IMAGE: 'astraforge/codex-cli:latest',
      SANDBOX_DOCKER_PIDS_LIMIT: 512,
      SANDBOX_INSTANCE: 'default',
    });
    for (const [name, option] of Object.entries(SandboxOptions.shape)) expect(option.description, name).toMatch(/\.$/);
    expect(Object.keys(SandboxClientOptions.shape)).toEqual(['SANDBOX_SOCKET']);
  });

  test('refuse what cannot work', () => {
    for (const wrong of [
      { PROVISIONER: 'unconfined' },
      { SANDBOX_MEMORY_BYTES: '1g' },
      { SANDBOX_DOCKER_PIDS_LIMIT: '-1' },
      { SANDBOX_CPUS: '0' },
      { SANDBOX_SOCKET: 'relative' },
      { SANDBOX_INSTANCE: 'a,b' },
    ]) {
      expect(SandboxOptions.safeParse(wrong).success, JSON.stringify(wrong)).toBe(false);
    }
  });
});

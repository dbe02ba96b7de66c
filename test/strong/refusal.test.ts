import Docker from 'dockerode';
import { afterEach, describe, expect, inject, test } from 'vitest';
import { rm } from 'node:fs/promises';
import { standBeforeEngine } from './current-engine.ts';
import { checkProfile } from '../../sandbox/profile.ts';
import { openDocker } from '../sandbox/open-subject.ts';
import { startPrivateEngine } from '../long/private-engine.ts';

/** Where the tests of this file look for an engine instead of where the others do. */
const ENGINE = process.env['DOCKER_HOST'];

describe('the profile strong', () => {
  afterEach(() => {
    process.env['DOCKER_HOST'] = ENGINE;
  });

  /** What comes of asking for it at the engine behind that socket, and which containers are there afterwards. */
  async function askedAt(socketPath: string): Promise<{ readonly refusal: string; readonly left: number }> {
    process.env['DOCKER_HOST'] = `unix://${socketPath}`;
    await using subject = await openDocker(undefined, { profile: 'strong' });
    const refusal = await subject.provisioner.ready().then(
      () => '',
      (thrown: unknown) => String(thrown),
    );
    return { refusal, left: (await new Docker({ socketPath }).listContainers({ all: true })).length };
  }

  test('is had on the engine of this suite', async () => {
    expect(await askedAt((ENGINE ?? '').replace('unix://', ''))).toEqual({ refusal: '', left: 0 });
  });

  test('is refused by name on an engine that is old, though it has gVisor', async ({ skip }) => {
    const { socketPath, facts } = inject('strongEngine');
    if (checkProfile('standard', facts).length === 0) return skip(`the engine here is current: ${facts.engine}`);
    const { refusal, left } = await askedAt(socketPath);
    expect(refusal).toContain('SANDBOX_PROFILE=strong cannot be had here');
    expect(refusal).toContain(`the engine is ${facts.engine}`);
    expect(refusal).not.toContain('no runtime runsc');
    expect(left).toBe(0);
  });

  test('is refused by name on an engine that is new enough and has no gVisor, and nothing is made there', async () => {
    await using plain = await startPrivateEngine(null);
    const front = `/tmp/plain-${process.pid}.sock`;
    await using _current = await standBeforeEngine(plain.host.replace('unix://', ''), front);
    const { refusal, left } = await askedAt(front);
    expect(refusal).toMatch(/no runtime runsc: install gVisor and register it with "runsc install -- --platform/);
    expect(refusal).not.toMatch(/oldest good one/);
    expect(left).toBe(0);
    await rm(front, { force: true });
  });
});

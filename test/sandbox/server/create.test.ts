import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { AppError } from '#core/domain/errors.ts';
import type { GuestSpec, Provisioner } from '#core/ports/provisioner.ts';
import { connectProvisioner } from '../../../sandbox/client.ts';
import { listenSandbox } from '../../../sandbox/server.ts';

describe('making a guest through the sandbox process', () => {
  let root: string;
  let door: AsyncDisposable;
  let asked: GuestSpec[];
  let outcome: (spec: GuestSpec) => Promise<void>;
  let remote: Provisioner;
  let spec: GuestSpec;
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'sc-'));
    const directory = join(root, 'sockets', 'run');
    await mkdir(directory, { recursive: true });
    spec = { labels: { runId: 'run_1', epoch: 1 }, doors: { kind: 'sockets', directory } };
    asked = [];
    outcome = async () => undefined;
    const socketPath = join(root, 'api.sock');
    door = await listenSandbox({ provisioner: provisioner(), socketPath, socketRoot: join(root, 'sockets') });
    remote = connectProvisioner(socketPath);
  });
  afterEach(async () => {
    await door[Symbol.asyncDispose]();
    await rm(root, { recursive: true });
  });

  function provisioner(): Provisioner {
    const unused = async (): Promise<never> => expect.fail('not used here');
    return {
      name: 'stand-in',
      doors: 'network',
      ready: async () => undefined,
      create: async (given) => {
        asked.push(given);
        await outcome(given);
        const paths = { workspace: '/w', home: '/h', sockets: '/s' };
        return {
          id: 'guest',
          madeFrom: 'nothing',
          paths,
          exec: unused,
          upload: unused,
          download: unused,
          destroy: async () => undefined,
        };
      },
      reap: unused,
    };
  }

  test('tells each step to whoever asked, as it happens, and then gives the guest', async () => {
    const steps: string[] = [];
    let goOn = (): void => undefined;
    const heard = new Promise<void>((resolve) => (goOn = resolve));
    outcome = async (given) => {
      given.onProgress?.('pulling an image');
      await heard;
      given.onProgress?.('x'.repeat(5_000));
    };
    const onProgress = (line: string): void => {
      steps.push(line);
      goOn();
    };
    const guest = await remote.create({ ...spec, onProgress });
    expect(guest).toMatchObject({ id: 'guest', paths: { workspace: '/w' } });
    expect(steps).toEqual(['pulling an image', 'x'.repeat(1_000)]);
    expect(remote.name).toBe('stand-in');
  });

  test('passes the image and either kind of doors on as they are', async () => {
    const doors = { kind: 'network', host: 'gateway.svc', port: 8443, token: 'secret' } as const;
    await remote.create({ ...spec, image: 'registry.test/java:21' });
    await remote.create({ ...spec, doors });
    expect(asked.map((given) => [given.image, given.doors])).toEqual([
      ['registry.test/java:21', spec.doors],
      [undefined, doors],
    ]);
  });

  test('fails with the error that the provisioner names, after the steps it told', async () => {
    const steps: string[] = [];
    outcome = async (given) => {
      given.onProgress?.('one');
      throw new AppError('denied', 'not this image', { cause: new Error('secret detail') });
    };
    const made = remote.create({ ...spec, onProgress: (line) => void steps.push(line) });
    await expect(made).rejects.toMatchObject({ code: 'denied', message: 'not this image' });
    expect(steps).toEqual(['one']);
  });

  test('refuses what is malformed before it asks anybody', async () => {
    const network = { kind: 'network', host: 'h', port: 70_000, token: 't' } as const;
    for (const wrong of [{ image: '' }, { image: 'x'.repeat(256) }, { doors: network }])
      await expect(remote.create({ ...spec, ...wrong }), JSON.stringify(wrong)).rejects.toMatchObject({
        code: 'invalid',
      });
    expect(asked).toEqual([]);
  });

  test('says which doors its guests take once it was asked', async () => {
    expect(remote.doors).toBe('sockets');
    await remote.ready();
    expect([remote.name, remote.doors]).toEqual(['stand-in', 'network']);
  });
});

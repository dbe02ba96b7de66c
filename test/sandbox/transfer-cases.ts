import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import type { GuestScene } from './guest-scene.ts';
import { textOf } from './guest-scene.ts';

const FILE_BYTES = 5 * 1024 * 1024;

/** Files in and out. */
export function transferCases(scene: () => GuestScene): void {
  test('5 MB of any bytes come back as they went in, into directories that did not exist', async () => {
    const bytes = randomBytes(FILE_BYTES);
    await scene().guest.upload('/workspace/new/er/file.bin', bytes);
    const back = await scene().guest.download('/workspace/new/er/file.bin', FILE_BYTES);
    expect(Buffer.compare(back, bytes)).toBe(0);
    expect(await scene().sh('stat -c "%a %u" /workspace/new/er/file.bin; ls /workspace/new/er')).toBe(
      '644 10001\nfile.bin',
    );
  });

  test('a file in chunks, an empty file and a name with every awkward character arrive', async () => {
    async function* chunks(): AsyncGenerator<Uint8Array> {
      yield Buffer.from('one ');
      yield Buffer.from('two');
    }
    const name = '/tmp/-n $(x) "ü\n*';
    await scene().guest.upload(name, chunks());
    await scene().guest.upload('/home/agent/empty', new Uint8Array());
    expect(textOf(await scene().guest.download(name, 100))).toBe('one two');
    expect((await scene().guest.download('/home/agent/empty', 0)).length).toBe(0);
  });

  test('an upload replaces a file, and a link instead of what it points at', async () => {
    await scene().sh('echo victim >/tmp/victim; ln -s /tmp/victim /workspace/link; echo old >/workspace/old');
    await scene().guest.upload('/workspace/link', Buffer.from('new'));
    await scene().guest.upload('/workspace/old', Buffer.from('new'));
    expect(await scene().sh('cat /tmp/victim /workspace/link /workspace/old')).toBe('victim\nnewnew');
  });

  test('what an upload can hit is inside: a linked directory leads nowhere on the host', async () => {
    await scene().sh('ln -s /etc /workspace/etc');
    await expect(scene().guest.upload('/workspace/etc/planted', Buffer.from('x'))).rejects.toMatchObject({
      code: 'invalid',
    });
  });

  test('a missing file is missing, one that is too large or no file is invalid', async () => {
    await scene().sh('head -c 101 /dev/zero >/tmp/large; mkfifo /tmp/fifo');
    const { guest } = scene();
    await expect(guest.download('/tmp/absent', 100)).rejects.toMatchObject({ code: 'missing' });
    await expect(guest.download('/tmp/large', 100)).rejects.toMatchObject({ code: 'invalid' });
    await expect(guest.download('/tmp/fifo', 100)).rejects.toMatchObject({ code: 'invalid' });
    await expect(guest.download('relative', 100)).rejects.toMatchObject({ code: 'invalid' });
    expect((await guest.download('/tmp/large', 101)).length).toBe(101);
  });
}

import { expect, test } from 'vitest';
import type { Guest, GuestCommand, GuestExit } from '#core/ports/provisioner.ts';
import { GUEST_PATHS } from '../../../sandbox/guest-layout.ts';
import { expectedContainer } from '../../../sandbox/verify/expected.ts';
import { verifyGuest } from '../../../sandbox/verify/guest.ts';
import { printedReport, SAMPLE_FILES, SAMPLE_LIMITS } from './sample.ts';

const EXPECTED = expectedContainer(SAMPLE_LIMITS);

/** A guest that answers every command with `exit` and notes what is done to it. */
function guestThatSays(exit: Partial<GuestExit>): Guest & { commands: GuestCommand[]; destroyed: number } {
  const nothing = new Uint8Array();
  const guest = {
    id: 'guest',
    madeFrom: 'nothing',
    paths: GUEST_PATHS,
    commands: Array<GuestCommand>(),
    destroyed: 0,
    exec: async (command: GuestCommand): Promise<GuestExit> => {
      guest.commands.push(command);
      return { end: 'exited', exitCode: 0, stdout: nothing, stderr: nothing, ...exit };
    },
    upload: async () => undefined,
    download: async () => nothing,
    destroy: async () => void (guest.destroyed += 1),
  };
  return guest;
}

function report(change: Readonly<Record<string, string>> = {}): Uint8Array {
  return Buffer.from(printedReport({ ...SAMPLE_FILES.v1, ...change }));
}

test('a guest that is what was asked for is left alone, after one command without a shell', async () => {
  const guest = guestThatSays({ stdout: report() });
  await verifyGuest(guest, EXPECTED);
  expect([guest.commands.length, guest.destroyed]).toEqual([1, 0]);
  expect(guest.commands[0]?.argv[0]).toBe('grep');
});

test('a guest that differs is destroyed, and the refusal names every difference', async () => {
  const guest = guestThatSays({
    stdout: report({ '/proc/self/oom_score_adj': '0', '/sys/fs/cgroup/pids/pids.max': 'max' }),
  });
  await expect(verifyGuest(guest, EXPECTED)).rejects.toMatchObject({
    code: 'denied',
    retryable: false,
    message: expect.stringMatching(/oom_score_adj is 0, not 500; the limit of processes is unlimited, not 256/),
  });
  expect(guest.destroyed).toBe(1);
});

test.each(['timeout', 'output-limit', 'aborted'] as const)(
  'a guest that cannot be looked into is destroyed: %s',
  async (end) => {
    const guest = guestThatSays({ end, exitCode: null, stdout: report() });
    await expect(verifyGuest(guest, EXPECTED)).rejects.toMatchObject({
      code: 'denied',
      message: expect.stringContaining(end),
    });
    expect(guest.destroyed).toBe(1);
  },
);

test('an image without the program that looks is refused', async () => {
  const guest = guestThatSays({ exitCode: 127 });
  await expect(verifyGuest(guest, EXPECTED)).rejects.toMatchObject({ code: 'denied' });
});

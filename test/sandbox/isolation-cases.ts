import { expect, test } from 'vitest';
import { GUEST_ENV } from '../../sandbox/guest-layout.ts';
import type { GuestScene } from './guest-scene.ts';

/** Variables a guest's commands have; nothing of the host's environment is among them. */
const FIXED_VARIABLES = [...Object.keys(GUEST_ENV), 'PWD'].toSorted();

/** Asks the kernel (PR_GET_NO_NEW_PRIVS of prctl(2)), since gVisor does not show it in /proc. */
export const NO_NEW_PRIVILEGES = 'python3 -c "import ctypes; print(ctypes.CDLL(None).prctl(39, 0, 0, 0, 0))"';

/** What a command is, sees and may change. */
export function isolationCases(scene: () => GuestScene): void {
  test('commands run as user and group 10001 without any capability, and cannot gain any', async () => {
    expect(await scene().sh('id -u; id -g; id -G')).toBe('10001\n10001\n10001');
    const sets = "grep -E '^Cap(Inh|Prm|Eff|Bnd|Amb):' /proc/self/status | cut -f2 | sort -u";
    expect(await scene().sh(sets)).toBe('0000000000000000');
    expect(await scene().sh(NO_NEW_PRIVILEGES)).toBe('1');
    const asRoot = ['unshare', '--user', '--map-root-user'];
    expect((await scene().run([...asRoot, 'cat', '/etc/shadow'])).exitCode).not.toBe(0);
    if (scene().subject.hasOwnKernel !== true) expect((await scene().run([...asRoot, 'true'])).exitCode).not.toBe(0);
  });

  test('the environment holds the fixed keys and nothing of the host', async () => {
    process.env['ASTRAFORGE_TEST_CANARY'] = 'canary-of-the-host';
    const names = await scene().sh('env | cut -d= -f1 | LC_ALL=C sort');
    expect(names.split('\n')).toEqual(FIXED_VARIABLES);
    const all = await scene().sh("cat /proc/[0-9]*/environ /proc/[0-9]*/cmdline 2>/dev/null | tr '\\0' '\\n'");
    expect(all).toContain('HOME=/home/agent');
    expect(all).not.toContain('canary-of-the-host');
  });

  test('the system is read-only; workspace, home and /tmp are writable, executable and kept between commands', async () => {
    for (const place of ['/', '/usr', '/usr/bin', '/etc', '/opt', '/opt/astraforge', '/run', '/run/astraforge']) {
      expect((await scene().run(['touch', `${place}/planted`])).exitCode, place).not.toBe(0);
    }
    for (const place of ['/workspace', '/home/agent', '/tmp']) {
      await scene().sh(`printf '#!/bin/sh\\necho ran' >${place}/program; chmod +x ${place}/program`);
      expect(await scene().sh(`${place}/program`), place).toBe('ran');
    }
  });

  test('no process, home or secret file of the host is in sight', async () => {
    expect(await scene().sh('ls -A /root 2>/dev/null; ls -A /home | grep -vx agent || true')).toBe('');
    expect((await scene().run(['cat', '/etc/shadow'])).exitCode).not.toBe(0);
    const ids = (await scene().sh('ls /proc')).split('\n').filter((name) => /^\d+$/.test(name));
    expect(ids.length).toBeLessThan(20);
    expect(await scene().sh(`cat /proc/[0-9]*/cmdline | tr '\\0' ' ' | grep -c 'vites[t]' || true`)).toBe('0');
  });

  test('the tools an agent needs are there, the real Codex CLI among them', async () => {
    const version = await scene().sh('codex --version');
    expect(version).toMatch(/^codex-cli \d+\.\d+\.\d+/);
    await scene().sh(
      'for tool in git bash rg python3 python node npm sed grep find; do command -v $tool || exit 1; done',
    );
    expect(
      await scene().sh(
        'node -e "console.log(6*7)"; git --version | cut -d" " -f1; rg --version | head -1 | cut -d" " -f1',
      ),
    ).toBe('42\ngit\nripgrep');
  });

  test('descriptors are bounded and a crash leaves no core file', async () => {
    const limits = await scene().sh("grep -E '^Max (open files|core file size) ' /proc/self/limits | tr -s ' '");
    expect(limits).toContain('Max open files 4096 4096');
    expect(limits).toContain('Max core file size 0 0');
  });
}

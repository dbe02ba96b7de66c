import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { makeBaseRepository, type BaseRepository } from '../base-repository.ts';
import type { ProvisionerSubject } from '../guest-scene.ts';
import { NO_NEW_PRIVILEGES } from '../isolation-cases.ts';
import { hostileArchives } from '../hostile-archives.ts';
import { openSetUpStage, type SetUpRoom, type SetUpStage } from './stage.ts';

const MANY_GUESTS_MS = 120_000;
/** Of the host, where the kernel is; gVisor lets everybody make one, which is then its own (test/strong/host-side.test.ts). */
const DEVICES = ' -o -type b -o -type c';
/** What must be the same in every guest, whatever was unpacked in it. */
const FACTS = `id -u; sha1sum /etc/passwd | cut -c1-8; stat -c %a /workspace; touch /workspace/can-write; rm /workspace/can-write
find /workspace /home/agent /tmp -mindepth 1 \\( -perm /6000 -o ! -user 10001${DEVICES} \\) 2>/dev/null | head -3
grep CapEff /proc/self/status; ${NO_NEW_PRIVILEGES}`;

/** Leaves what a later guest or the host could trip over, each made by ordinary means. */
const EVIL_SET_UP = [
  'mkdir -p ignored; cp /bin/sh ignored/suid; chmod 6755 ignored/suid; ln -s / ignored/root; ln -s /etc/shadow ignored/shadow',
  "ln -s ../../../../../../tmp ignored/up; mkfifo ignored/fifo; echo x >'ignored/--checkpoint=1'; echo x >'ignored/-'",
  'echo x >\'ignored/--checkpoint-action=exec=touch tricked\'; echo x >"$HOME/--to-command=touch tricked"',
  'printf x >\'ignored/a\nb\'; mkdir -p "$HOME/.codex"; echo evil >"$HOME/.codex/config.toml"; echo x >"$HOME/.bashrc"',
  `mkdir -p .git/hooks; printf '#!/bin/sh\\ntouch "$HOME/tricked"\\n' | tee .git/hooks/post-checkout >.git/hooks/monitor
   chmod +x .git/hooks/*; git config core.fsmonitor .git/hooks/monitor; git config core.worktree /home; rm "$HOME/tricked" 2>/dev/null || true`,
];

/** What a hostile set-up, or what it made of the archive, cannot do. */
export function hostileSetUpCases(subject: () => ProvisionerSubject): void {
  let base: BaseRepository;
  let stage: SetUpStage;
  let outside: string;
  beforeAll(async () => {
    base = await makeBaseRepository();
    outside = await mkdtemp('/tmp/af-outside-');
  });
  afterAll(async () => {
    await base[Symbol.asyncDispose]();
    await rm(outside, { recursive: true });
  });
  beforeEach(async () => {
    stage = await openSetUpStage(subject());
  });
  afterEach(() => stage[Symbol.asyncDispose]());
  const openRoom = (): Promise<SetUpRoom> => stage.openRoom(base);

  test(
    'an archive changes nothing on the host or in a guest beyond its writable places, whatever it holds',
    { timeout: MANY_GUESTS_MS },
    async () => {
      await (await openRoom()).setUp(['mkdir ignored; echo x >ignored/x']);
      const clean = await openRoom();
      const ask = subject().hasOwnKernel === true ? FACTS.replace(DEVICES, '') : FACTS;
      const facts = await clean.sh(ask);
      expect(facts).toMatch(/^10001\n[0-9a-f]{8}\n1?7\d\d\nCapEff:\t0+\n1$/);
      const [name = ''] = await stage.kept();
      for (const [what, archive] of hostileArchives(outside)) {
        await writeFile(join(stage.directory, name), archive);
        await using room = await stage.openRoom(base);
        const outcome = await room.setUp(['true']);
        expect(['restored', 'done'], what).toContain(outcome.kind);
        expect(await room.sh(ask), what).toBe(facts);
        expect(await room.sh('git status --short; git rev-parse HEAD'), what).toBe(base.bundle.sha);
        expect(await readdir(outside), what).toEqual([]);
      }
    },
  );

  test('what an evil set-up leaves stays inert in the next guest and is no work of the agent', async () => {
    const first = await openRoom();
    expect(await first.setUp(EVIL_SET_UP)).toEqual({ kind: 'done' });
    const next = await openRoom();
    expect(await next.setUp(['exit 1'])).toEqual({ kind: 'restored' });
    expect(
      await next.sh(`ls ~/.codex ~/tricked tricked 2>/dev/null; ignored/suid -c 'id -u'; cat .git/config`),
    ).not.toMatch(/tricked|fsmonitor|config.toml/);
    expect(await next.sh('find / -xdev -perm /6000 -user 10001 2>/dev/null; readlink ignored/root ignored/up')).toBe(
      '/\n../../../../../../tmp',
    );
    for (const room of [first, next]) {
      expect((await room.workspace.collectPatch(base.bundle.sha, 1_000)).length).toBe(0);
    }
  });

  test('what cannot be read is not kept, and the run goes on', async () => {
    const room = await openRoom();
    expect(await room.setUp(['mkdir -p ignored/closed; touch ignored/closed/x; chmod 0 ignored/closed'])).toEqual({
      kind: 'done',
    });
    expect(room.lines.at(-1)).toContain('not kept');
    expect(await stage.kept()).toEqual([]);
  });

  test('a set-up that damages the repository is invalid', async () => {
    const room = await openRoom();
    await expect(room.setUp(['rm -rf .git/objects'])).rejects.toMatchObject({ code: 'invalid' });
  });
}

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { PushTarget } from '#core/ports/host/repository.ts';
import { commitFiles, openStage, prepareOurs, REPO, sh, TOKEN, type Stage } from './stage.ts';

const BRANCH = 'astraforge/request-1';
const ANSWER = 'POST git-receive-pack';

/** A commit of ours on main, not yet pushed. */
async function prepare(stage: Stage): Promise<PushTarget> {
  const { sha } = await prepareOurs(stage, (work) => writeFileSync(join(work, 'answer.txt'), '42\n'));
  return { sha, branch: BRANCH, from: null };
}

function onHost(stage: Stage): string {
  return sh(stage.bare, 'for-each-ref', '--format=%(objectname)', `refs/heads/${BRANCH}`);
}

function refuseByHook(stage: Stage, script: string): void {
  writeFileSync(join(stage.bare, 'hooks/pre-receive'), `#!/bin/sh\n${script}\nexit 1\n`, { mode: 0o755 });
}

describe('push', () => {
  it('creates the branch, and a repetition finds it done without sending anything', async () => {
    await using stage = await openStage();
    const target = await prepare(stage);
    await stage.repositories.push(REPO, target, stage.access);
    expect(onHost(stage)).toBe(target.sha);
    stage.host.requests.length = 0;
    await stage.repositories.push(REPO, target, stage.access);
    expect(stage.host.requests).toEqual(['GET git-receive-pack']);
  });

  it('sends only our commit when the host has moved past the base meanwhile', async () => {
    await using stage = await openStage();
    const noise = Buffer.from(Array.from({ length: 1 << 20 }, (_, at) => (at * at * 2654435761) >>> 24));
    commitFiles(stage.work, { 'big.bin': noise });
    stage.publish();
    const target = await prepare(stage);
    commitFiles(stage.work, { 'later.txt': 'later\n' });
    stage.publish();
    await stage.repositories.push(REPO, target, stage.access);
    expect(onHost(stage)).toBe(target.sha);
    expect(stage.host.pushedBytes).toBeLessThan(2_000);
  });

  it.each(['lose-answer', { status: 502 }] as const)(
    'looks before it concludes: done in spite of %o',
    async (fault) => {
      await using stage = await openStage();
      const target = await prepare(stage);
      stage.host.fault = (request) => {
        if (request !== ANSWER) return undefined;
        if (fault !== 'lose-answer')
          sh(
            stage.directory,
            '--git-dir',
            join(stage.directory, 'github-42.git'),
            'push',
            '-q',
            stage.bare,
            `${target.sha}:refs/heads/${BRANCH}`,
          );
        return fault;
      };
      await stage.repositories.push(REPO, target, stage.access);
      expect(onHost(stage)).toBe(target.sha);
    },
  );
});

describe('push fails', () => {
  it('as conflict when the branch is elsewhere, even where it could be moved forward, and leaves it alone', async () => {
    await using stage = await openStage();
    const target = await prepare(stage);
    const base = sh(stage.work, 'rev-parse', 'HEAD');
    const foreign = commitFiles(stage.work, { 'theirs.txt': 'theirs\n' });
    for (const there of [base, foreign]) {
      sh(stage.work, 'push', '--quiet', '--force', stage.bare, `${there}:refs/heads/${BRANCH}`);
      const failed = stage.repositories.push(REPO, target, stage.access);
      await expect(failed).rejects.toMatchObject({ code: 'conflict', retryable: false });
      expect(onHost(stage)).toBe(there);
    }
  });

  it('as conflict when somebody creates the branch in between', async () => {
    await using stage = await openStage();
    const target = await prepare(stage);
    stage.host.fault = (request) => {
      if (request === ANSWER) stage.publish(BRANCH);
      return undefined;
    };
    await expect(stage.repositories.push(REPO, target, stage.access)).rejects.toMatchObject({ code: 'conflict' });
    expect(onHost(stage)).toBe(sh(stage.work, 'rev-parse', 'HEAD'));
  });

  it("as denied when the host's hook refuses, in its words, without our token or control characters", async () => {
    await using stage = await openStage();
    const target = await prepare(stage);
    const words = 'refusing to allow a GitHub App to create or update workflow without `workflows` permission';
    const basic = Buffer.from(`x-access-token:${TOKEN}`).toString('base64');
    refuseByHook(stage, `printf '${words}\\n\\033[31mseen ${TOKEN} ${basic}\\007\\n%2000d\\n' 1 >&2`);
    const failed = stage.repositories.push(REPO, target, stage.access);
    const error: unknown = await failed.catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'denied', message: expect.stringContaining(words) });
    const message = error instanceof Error ? error.message : '';
    expect(message).toContain('seen *** ***');
    expect(message).not.toMatch(/\p{C}/u);
    expect(message.length).toBeLessThan(700);
    expect(onHost(stage)).toBe('');
  });

  it('as denied with a token that is expired or may only read', async () => {
    await using stage = await openStage();
    const target = await prepare(stage);
    for (const right of ['read', undefined] as const) {
      stage.host.tokens.clear();
      if (right !== undefined) stage.host.tokens.set(TOKEN, right);
      const failed = stage.repositories.push(REPO, target, stage.access);
      await expect(failed).rejects.toMatchObject({ code: 'denied', retryable: false });
    }
    expect(onHost(stage)).toBe('');
  });

  it.each([
    ['the host is in trouble', ANSWER, { status: 503 }],
    ['the connection breaks', ANSWER, 'drop'],
    ['the host cannot be asked at all', '', 'drop'],
  ] as const)('as unavailable when %s, and works when repeated', async (_what, during, fault) => {
    await using stage = await openStage();
    const target = await prepare(stage);
    stage.host.fault = (request) => (request.endsWith(during) ? fault : undefined);
    const failed = stage.repositories.push(REPO, target, stage.access);
    await expect(failed).rejects.toMatchObject({ code: 'unavailable', retryable: true });
    stage.host.fault = () => undefined;
    await stage.repositories.push(REPO, target, stage.access);
    expect(onHost(stage)).toBe(target.sha);
  });

  it('as missing when the mirror does not hold the commit', async () => {
    await using stage = await openStage();
    const target = { sha: 'a'.repeat(40), branch: BRANCH, from: null };
    await expect(stage.repositories.push(REPO, target, stage.access)).rejects.toMatchObject({ code: 'missing' });
    expect(stage.host.requests).toEqual([]);
  });
});

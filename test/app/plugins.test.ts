import type { WriteBudget } from '#core/ports/write-budget.ts';
import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { RepoRef } from '#core/domain/host/repo.ts';
import type { GitServer } from '#core/ports/host/git-server.ts';
import { createRedactor } from '#core/domain/text/secrets.ts';
import { ConfigError, readConfig } from '../../app/config.ts';
import { doorVariables, hostUrls, namedHosts, openDoors, openGitHosts, talkVariables } from '../../app/plugins.ts';
import { createLogSink } from './vcs/github/log-sink.ts';

const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const PEM = privateKey.export({ type: 'pkcs1', format: 'pem' }).toString();
const GITHUB = { APP_ID: '7', PRIVATE_KEY: PEM, WEBHOOK_SECRET: 'g'.repeat(32) };
const GITLAB = {
  GITLAB_TOKEN: 'glpat-0123456789abcdefghij',
  GITLAB_PROJECTS: 'team/**',
  GITLAB_WEBHOOK_SECRET: 'l'.repeat(32),
};
const GIT = {
  GIT_HOSTS: 'https://git.example.org/team',
  GIT_CREDENTIALS: JSON.stringify({ 'https://git.example.org': { username: 'bot', password: 'password-of-git' } }),
};
const onGitLab: RepoRef = { provider: 'gitlab', installationId: 0, id: 42, owner: 'team', name: 'app' };

function faultsOf(env: Readonly<Record<string, string>>): string[] {
  const all = (): unknown => readConfig(talkVariables(env).extend(doorVariables(env).shape), env);
  try {
    all();
    return [];
  } catch (thrown) {
    if (!(thrown instanceof ConfigError)) throw thrown;
    return [...thrown.message.matchAll(/^ {2}([A-Z_]+) is/gm)].map(([, name = '']) => name).toSorted();
  }
}

describe('which hosts are served', () => {
  test.each([
    ['GitHub alone', GITHUB, []],
    ['GitLab alone', GITLAB, []],
    ['both', { ...GITHUB, ...GITLAB }, []],
    ['plain Git servers alone', GIT, []],
    ['all of them', { ...GITHUB, ...GITLAB, ...GIT }, []],
    ['credentials without a server to use them at', { ...GITHUB, GIT_CREDENTIALS: GIT.GIT_CREDENTIALS }, ['GIT_HOSTS']],
    ['a server that nobody may push to', { GIT_HOSTS: GIT.GIT_HOSTS }, ['GIT_CREDENTIALS']],
    ['neither, and GitHub’s are named as missing', {}, ['APP_ID', 'PRIVATE_KEY', 'WEBHOOK_SECRET']],
    ['addresses of GitHub name no host', { ...GITLAB, GITHUB_SERVER_URL: 'https://code.example.test' }, []],
    [
      'of a host that is half configured, all that lacks and all that is wrong is named at once',
      { GITLAB_TOKEN: 'short', APP_ID: '7' },
      ['GITLAB_PROJECTS', 'GITLAB_TOKEN', 'GITLAB_WEBHOOK_SECRET', 'PRIVATE_KEY', 'WEBHOOK_SECRET'],
    ],
    [
      'an address of GitLab alone is half a configuration',
      { ...GITHUB, GITLAB_URL: 'https://code.example.test' },
      ['GITLAB_PROJECTS', 'GITLAB_TOKEN', 'GITLAB_WEBHOOK_SECRET'],
    ],
  ])('%s', (_, env, faults) => {
    expect(faultsOf(env)).toEqual(faults);
  });

  test('empty text names no host', () => {
    expect(namedHosts({ APP_ID: '', GITLAB_TOKEN: ' ' })).toEqual([]);
  });

  test.each([
    ['github', GITHUB],
    ['gitlab', GITLAB],
  ])('%s alone has a door and no other', async (host, env) => {
    expect([...(await openDoors(readConfig(doorVariables(env), env))).keys()]).toEqual([host]);
  });

  test('a plain Git server has no door', async () => {
    expect((await openDoors(readConfig(doorVariables(GIT), GIT))).size).toBe(0);
  });

  test('git may speak HTTP only where a host that is served does', () => {
    const http = { ...GITLAB, GITLAB_URL: 'http://code.example.test' };
    expect(hostUrls(readConfig(talkVariables(http), http))).toEqual(['http://code.example.test']);
    expect(hostUrls(readConfig(talkVariables(GITHUB), GITHUB))).toEqual(['https://github.com']);
  });
});

const SILENT: GitServer = {
  defaultBranch: () => Promise.reject(new Error('nobody is asked')),
  headOf: () => Promise.reject(new Error('nobody is asked')),
  provePushable: () => Promise.reject(new Error('nobody is asked')),
  readFile: () => Promise.reject(new Error('nobody is asked')),
};

const BOUNDLESS: WriteBudget = {
  take: async () => ({ kind: 'granted' }),
  close: async () => undefined,
};

describe('hosts as one', () => {
  const open = async (env: Readonly<Record<string, string>>) => {
    const redactor = createRedactor();
    const config = readConfig(talkVariables(env), env);
    return {
      redactor,
      host: await openGitHosts(config, {
        redactor,
        logger: createLogSink(),
        store: { writeBudget: BOUNDLESS },
        server: SILENT,
      }),
    };
  };

  test('GitLab’s one token stays known to the redactor after git has used it', async () => {
    const { host, redactor } = await open({ ...GITHUB, ...GITLAB });
    const access = await host.gitAccess(onGitLab, 'write');
    expect(access).toMatchObject({ url: 'https://gitlab.com/team/app.git', token: GITLAB.GITLAB_TOKEN });
    await host.revoke(access);
    expect(redactor.redact(`token ${GITLAB.GITLAB_TOKEN}`)).not.toContain(GITLAB.GITLAB_TOKEN);
  });

  test('a plain Git server stands beside the others, and says what it does not have', async () => {
    const { host, redactor } = await open({ ...GITHUB, ...GIT });
    const onGit: RepoRef = { ...onGitLab, provider: 'git', owner: 'https://git.example.org/team', name: 'app.git' };
    const access = await host.gitAccess(onGit, 'write');
    expect(access).toEqual({ url: 'https://git.example.org/team/app.git', username: 'bot', token: 'password-of-git' });
    await host.revoke(access);
    expect(redactor.redact('password-of-git')).not.toContain('password-of-git');
    const view = { status: 'queued', title: '', summary: '', text: '' } as const;
    for (const call of [
      () => host.createCheck(onGit, 'a', { key: 'k', view }),
      () => host.createComment(onGit, { kind: 'issue', number: 1 }, 'words'),
      () => host.findChange(onGit, 'branch'),
      () => host.self(onGit),
    ])
      await expect(call()).rejects.toMatchObject({ code: 'invalid' });
    const body = new Uint8Array();
    expect(host.translate({ provider: 'git', event: 'push', body })).toMatchObject({ kind: 'ignored' });
    const caller = { id: -7, login: 'ada', bot: false };
    expect([await host.roleOf(onGit, caller), await host.roleOf(onGit, { ...caller, id: 7 })]).toEqual([
      'write',
      'none',
    ]);
  });

  test('what belongs to a host that is not configured is refused, and its deliveries are ignored', async () => {
    const { host } = await open(GITHUB);
    await expect(host.gitAccess(onGitLab, 'read')).rejects.toMatchObject({ code: 'denied' });
    const body = new Uint8Array();
    expect(host.translate({ provider: 'gitlab', event: 'Note Hook', body })).toEqual({
      kind: 'ignored',
      reason: 'gitlab is not configured here',
    });
  });
});

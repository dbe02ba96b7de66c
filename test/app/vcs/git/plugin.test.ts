import { describe, expect, test } from 'vitest';
import { fullName, type RepoRef } from '#core/domain/host/repo.ts';
import { createRedactor } from '#core/domain/text/secrets.ts';
import type { GitServer } from '#core/ports/host/git-server.ts';
import type { GitAccess } from '#core/ports/host/vcs.ts';
import { createPlainGit, type PlainGitOptions } from '../../../../app/vcs/git/plugin.ts';

const APP = 'https://git.example.org/team/app.git';
const OPTIONS: PlainGitOptions = {
  hosts: ['https://git.example.org/team', 'https://open.example.org', 'https://git.example.org/one.git'],
  credentials: new Map([
    ['https://git.example.org', { username: 'all', password: 'password-for-all' }],
    ['https://git.example.org/team', { username: 'team', password: 'password-of-team' }],
  ]),
};

/** The host over a server that answers what it is told to, and what was asked of that server as whom. */
function openHost(told: Partial<GitServer> = {}, options = OPTIONS) {
  const asked: GitAccess[] = [];
  const hear =
    <Answer>(answer: Answer) =>
    async (access: GitAccess): Promise<Answer> => {
      asked.push(access);
      return answer;
    };
  const server: GitServer = {
    defaultBranch: hear({ ref: 'trunk', sha: 'a'.repeat(40) }),
    headOf: hear('b'.repeat(40)),
    provePushable: hear(undefined),
    readFile: async ({ access }, at) => {
      asked.push(access);
      return `${at.ref} ${at.sha.slice(0, 2)} ${at.path}`;
    },
    ...told,
  };
  const redactor = createRedactor();
  const registerSecret = (secret: string): void => void redactor.register(secret);
  return { host: createPlainGit(options, { server, registerSecret }), asked, redactor };
}

async function found(url: string, { host } = openHost()): Promise<RepoRef> {
  const repo = await host.findRepository('git', url);
  if (repo === undefined) throw new Error('it was not found');
  return repo;
}

describe('what may be reached', () => {
  test('a repository below an allowed address is found once the server lets us push there', async () => {
    const opened = openHost();
    const repo = await found('https://GIT.example.org/team/app.git/', opened);
    expect(fullName(repo)).toBe(APP);
    expect(opened.asked).toEqual([{ url: APP, username: 'team', token: 'password-of-team' }]);
  });

  test.each([
    ['above what is allowed', 'https://git.example.org/other/app.git', 'GIT_HOSTS'],
    ['beside what is allowed', 'https://git.example.org/teams/app.git', 'GIT_HOSTS'],
    ['elsewhere', 'https://evil.example/team/app.git', 'GIT_HOSTS'],
    ['without a credential', 'https://open.example.org/app.git', 'GIT_CREDENTIALS'],
  ])('%s nothing is asked of anybody, and the setting is named', async (_where, url, setting) => {
    const { host, asked } = openHost();
    const message = expect.stringContaining(setting);
    await expect(host.findRepository('git', url)).rejects.toMatchObject({ code: 'denied', message });
    expect(asked).toEqual([]);
  });

  test('what is taken from the list is out of reach for whatever was linked before', async () => {
    const repo = await found(APP);
    const { host, asked } = openHost({}, { ...OPTIONS, hosts: ['https://open.example.org'] });
    for (const use of [
      () => host.gitAccess(repo, 'read'),
      () => host.branchHead(repo, 'main'),
      () => host.baseOf(repo, { kind: 'issue', number: 0 }),
      () => host.readDefaultBranchFile(repo, 'a', 1),
    ])
      await expect(use()).rejects.toMatchObject({ code: 'denied' });
    expect(asked).toEqual([]);
  });

  test('the credential of the longest address is the one that counts', async () => {
    const { host } = openHost();
    const one = await found('https://git.example.org/one.git');
    expect(await host.gitAccess(one, 'write')).toMatchObject({ username: 'all', token: 'password-for-all' });
    expect(await host.gitAccess(await found(APP), 'write')).toMatchObject({ username: 'team' });
  });

  test('passwords are known to the redactor before the first use', () => {
    const { redactor } = openHost();
    expect(redactor.redact('password-for-all and password-of-team')).not.toContain('password');
  });
});

describe('what a plain server is like', () => {
  test('a repository is known by its URL, in a number that JSON can hold', async () => {
    const [one, same, other] = await Promise.all([APP, APP, APP.replace('.git', '')].map((url) => found(url)));
    expect(one).toEqual(same);
    expect(one?.id).not.toBe(other?.id);
    expect(Number.isSafeInteger(one?.id) && Number(one?.id) > 0).toBe(true);
  });

  test('nobody has a role there, and there are no pull requests to start from', async () => {
    const { host } = openHost();
    const repo = await found(APP);
    expect(await host.roleOf(repo, { id: 1, login: 'ada', bot: false })).toBe('none');
    await expect(host.baseOf(repo, { kind: 'pull', number: 3 })).rejects.toMatchObject({ code: 'invalid' });
  });

  test('files are those of the branch that HEAD names, and without a commit there is nothing to start from', async () => {
    const repo = await found(APP);
    const { host } = openHost();
    expect(await host.baseOf(repo, { kind: 'issue', number: 0 })).toMatchObject({ ref: 'trunk', fork: false });
    expect(await host.readDefaultBranchFile(repo, 'a.yml', 9)).toBe('trunk aa a.yml');
    const empty = openHost({ defaultBranch: async () => undefined });
    await expect(empty.host.baseOf(repo, { kind: 'issue', number: 0 })).rejects.toMatchObject({ code: 'conflict' });
  });

  test('commits carry the configured author, else the product’s', async () => {
    const gitAuthor = { name: 'Forge', email: 'forge@example.org' };
    expect(await openHost({}, { ...OPTIONS, gitAuthor }).host.commitAuthor()).toEqual(gitAuthor);
    expect((await openHost().host.commitAuthor()).name).toBe('AstraForge');
  });
});

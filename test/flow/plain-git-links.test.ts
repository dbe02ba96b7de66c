import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeWith } from '../services/describe-with.ts';
import { startGitHost, type GitHost } from '../workers/git/git-host.ts';
import { sh } from '../workers/git/stage.ts';
import { answers } from './conversation-scenarios.ts';
import { openPlainGit, PASSWORD, type PlainGitWorld } from './plain-git-world.ts';
import { restClient } from './rest-client.ts';

const DURATIONS = 'team/durations.git';

describeWith(['confinement'], 'a link to a repository on a plain Git server', () => {
  let world: PlainGitWorld;
  let elsewhere: GitHost;
  beforeAll(async () => {
    world = await openPlainGit([answers]);
    elsewhere = await startGitHost(world.directory);
  });
  afterAll(async () => {
    await elsewhere[Symbol.asyncDispose]();
    await world[Symbol.asyncDispose]();
  });

  const client = () => restClient(world);
  async function answerTo(repository: string): Promise<readonly [number, string]> {
    const answer = await client().post('/repository-links/', { provider: 'git', repository, approval: 'none' });
    return [answer.status, await answer.text()];
  }

  it.each([
    ['is not below an allowed address', () => world.url('elsewhere/app.git')],
    ['is beside an allowed address', () => world.url('teams/app.git')],
    ['is on another host', () => elsewhere.url(DURATIONS)],
    ['is not there', () => world.url('team/not-there.git')],
    ['does not take the password', () => (world.commit('other/app.git', { a: 'a' }), world.url('other/app.git'))],
  ])('is refused for what %s, in words that name the settings, and other hosts hear of nothing', async (_why, url) => {
    const [status, body] = await answerTo(url());
    expect(status).toBe(400);
    expect(JSON.parse(body)).toEqual({ repository: [expect.stringMatching(/GIT_HOSTS.*GIT_CREDENTIALS/)] });
    expect(elsewhere.requests).toEqual([]);
  });

  it('is refused for an account that may only read', async () => {
    world.host.tokens.set(PASSWORD, 'read');
    const [status] = await answerTo(world.url(DURATIONS));
    world.host.tokens.set(PASSWORD, 'write');
    expect(status).toBe(400);
  });

  it('is refused where the server sends us on, and the other host hears of nothing', async () => {
    world.host.fault = () => ({ status: 302, location: elsewhere.url(`${DURATIONS}/info/refs`) });
    const [status] = await answerTo(world.url(DURATIONS));
    world.host.fault = () => undefined;
    expect(status).toBe(400);
    expect(elsewhere.requests).toEqual([]);
  });

  it('is refused where there is no commit to begin with', async () => {
    world.commit('team/empty.git', {});
    sh(world.bare('team/empty.git'), 'update-ref', '-d', 'refs/heads/trunk');
    const [status, body] = await answerTo(world.url('team/empty.git'));
    expect([status, body]).toEqual([400, expect.stringContaining('has no commit yet')]);
  });

  it('is refused for a URL with a credential in it, which is put on no record', async () => {
    const secret = 'a-password-in-a-url-of-somebody';
    // What is put on record is answered when it is settled.
    const settled = (): number => world.logs.filter((line) => line.includes('delivery settled')).length;
    const before = settled();
    expect(before).toBeGreaterThan(0);
    const [status, body] = await answerTo(world.url(DURATIONS).replace('//', `//ada:${secret}@`));
    expect([status, body]).toEqual([400, expect.stringContaining('without credentials')]);
    expect(body).not.toContain(secret);
    expect(world.logs.join('\n')).not.toContain(secret);
    expect(settled()).toBe(before);
  });

  it('is made once for one that can be pushed to, whatever the case of the host and the slash at its end', async () => {
    const [status, body] = await answerTo(`${world.url(DURATIONS)}/`);
    expect([status, JSON.parse(body)]).toEqual([
      201,
      expect.objectContaining({
        provider: 'git',
        repository: world.url(DURATIONS),
        base_url: world.url('').slice(0, -1),
      }),
    ]);
    const [again, words] = await answerTo(world.url(DURATIONS));
    expect([again, words]).toEqual([400, expect.stringContaining('already')]);
  });
});

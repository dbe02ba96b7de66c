import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { ChangeDiff } from '#core/ports/host/reviewer.ts';
import { gitHubOptions, GitHubAppVariables } from '../../../../../app/vcs/github/wire/variables.ts';
import { startScriptedApi, type Script } from '../scripted-api.ts';

const key = () =>
  generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const REVIEWER = { appId: 2, privateKey: key() };
const APP_INSTALLATION = '/app/installations/1/access_tokens';
const REVIEWER_INSTALLATION = '/app/installations/77/access_tokens';
const DIFF: ChangeDiff = { baseSha: 'a', startSha: 'a', headSha: 'b', files: [], cut: false };

/** A GitHub that knows both Apps, of which the second is installed at 77, or nowhere. */
function asGitHub(issuerOf: () => number, installed: boolean): Script {
  return ({ line }) => {
    if (line === 'GET /repos/octo/app/installation')
      return installed ? { status: 200, body: { id: 77 } } : { status: 404, body: { message: 'Not Found' } };
    if (line === 'GET /app') return { status: 200, body: { slug: issuerOf() === 2 ? 'critic' : 'astraforge' } };
    if (line === 'GET /users/critic%5Bbot%5D')
      return { status: 200, body: { id: 42, login: 'critic[bot]', type: 'Bot' } };
    if (line === 'GET /users/astraforge%5Bbot%5D')
      return { status: 200, body: { id: 41, login: 'astraforge[bot]', type: 'Bot' } };
    if (line.startsWith('POST /repos/octo/app/issues'))
      return {
        status: 201,
        body: { id: 5, html_url: 'u', body: '', created_at: '2026-01-01T00:00:00Z', user: { id: 41 } },
      };
    return { status: 200, body: { id: 9, html_url: 'https://host/review', body: '', user: { id: 42 } } };
  };
}

async function start(installed = true) {
  const issuerOf = (): number => {
    const [, claims = ''] = (api.requests.at(-1)?.headers.authorization ?? '').split('.');
    const { iss }: { iss: number | string } = JSON.parse(Buffer.from(claims, 'base64url').toString());
    return Number(iss);
  };
  const api = await startScriptedApi(asGitHub(issuerOf, installed), {}, { reviewer: REVIEWER });
  return api;
}

describe('an App of its own for reviews', () => {
  test('posts reviews in its own installation, and everything else is the first App’s', async () => {
    await using api = await start();
    await api.host.postReview(api.repo, { number: 5, diff: DIFF, summary: 's', remarks: [] });
    expect(api.minted).toEqual([REVIEWER_INSTALLATION]);
    await api.host.createComment(api.repo, { kind: 'issue', number: 5 }, 'c');
    expect(api.minted).toEqual([REVIEWER_INSTALLATION, APP_INSTALLATION]);
  });

  test('is known beside our own account, also where it is not installed', async () => {
    await using api = await start(false);
    expect(await api.host.self(api.repo)).toMatchObject({ id: 41 });
    expect(await api.host.reviewer?.(api.repo)).toEqual({ id: 42, login: 'critic[bot]', bot: true });
  });

  test('is never stood in for: where it is not installed nothing is posted, and it is said why', async () => {
    await using api = await start(false);
    const posting = api.host.postReview(api.repo, { number: 5, diff: DIFF, summary: 's', remarks: [] });
    await expect(posting).rejects.toMatchObject({
      code: 'denied',
      message: 'The App that reviews (REVIEWER_APP_ID) is not installed on octo/app',
    });
    expect(api.minted).toEqual([]);
    expect(api.requests.map(({ line }) => line)).toEqual(['GET /repos/octo/app/installation']);
  });

  test('that is not configured leaves reviews to the App, and there is one account', async () => {
    await using api = await startScriptedApi(asGitHub(() => 1, true));
    await api.host.postReview(api.repo, { number: 5, diff: DIFF, summary: 's', remarks: [] });
    expect(api.minted).toEqual([APP_INSTALLATION]);
    expect(await api.host.reviewer?.(api.repo)).toBeUndefined();
  });

  test.each([
    ['number', { REVIEWER_APP_ID: '2' }],
    ['key', { REVIEWER_PRIVATE_KEY: REVIEWER.privateKey }],
  ])('of which only the %s is configured is a mistake', (_, half) => {
    const variables = GitHubAppVariables.parse({ APP_ID: '1', PRIVATE_KEY: REVIEWER.privateKey, ...half });
    expect(() => gitHubOptions(variables)).toThrow('belong together');
  });
});

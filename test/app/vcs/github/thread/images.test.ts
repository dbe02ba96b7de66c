import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { imageSources } from '../../../../../app/vcs/github/thread/image-sources.ts';
import { startGitHubWorld, type GitHubWorld } from '../github-world.ts';
import { startScriptedApi } from '../scripted-api.ts';

const PNG = Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), Buffer.alloc(100, 7)]);
const GIF = Buffer.from('GIF89a and so on');
const LIMITS = { countMax: 5, bytesMax: 1_000 };

let world: GitHubWorld;

beforeAll(async () => {
  world = await startGitHubWorld();
  await world.github.commit({ repository: world.repository, branch: 'topic', files: { 'b.txt': 'b\n' } });
});
afterAll(() => world[Symbol.asyncDispose]());

/** A comment with this body on a new issue. */
async function said(body: string) {
  const { github, repository } = world;
  const { issue } = await github.openIssue({ repository, by: 'octo', title: 'Bug', body });
  const { comment } = await github.comment({ repository, by: 'octo', number: issue.number, body });
  return { thread: { kind: 'issue', number: issue.number } as const, commentId: comment.id };
}

async function picturesIn(body: string, limits = LIMITS) {
  return world.host.readImages(world.repo, await said(body), limits);
}

describe('pictures', () => {
  test('of a private repository come by their signed addresses, in Markdown and in HTML, in their order, each once', async () => {
    const png = world.github.attach({ bytes: PNG });
    const gif = world.github.attach({ bytes: GIF });
    const body = `see ![a](${png}) and <img width="10" src="${gif}"> and ![again](${png})`;
    expect(await picturesIn(body)).toEqual([
      { name: 'picture-1.png', type: 'image/png', bytes: new Uint8Array(PNG) },
      { name: 'picture-2.gif', type: 'image/gif', bytes: new Uint8Array(GIF) },
    ]);
  });

  test('come from the body of a thread, a comment at a line and the summary of a review', async () => {
    const { github, repository, host, repo } = world;
    const body = `![a](${github.attach({ bytes: PNG })})`;
    const { issue } = await github.openPullRequest({ repository, by: 'octo', title: 'T', head: 'topic', body });
    const { number } = issue;
    const comments = [{ path: 'b.txt', line: 1, body }];
    const { review, comments: lines } = await github.submitReview({ repository, by: 'rita', number, body, comments });
    for (const commentId of [null, lines[0]?.id ?? 0, review.id]) {
      const found = await host.readImages(repo, { thread: { kind: 'pull', number }, commentId }, LIMITS);
      expect(found).toMatchObject([{ type: 'image/png' }]);
    }
  });

  test('of a comment in another thread, or of one that is gone, are none', async () => {
    const { thread, commentId } = await said(`![a](${world.github.attach({ bytes: PNG })})`);
    for (const from of [
      { thread: { ...thread, number: thread.number - 1 }, commentId },
      { thread, commentId: 999_999_999 },
    ])
      expect(await world.host.readImages(world.repo, from, LIMITS)).toEqual([]);
  });

  test.each([
    ['is larger than wanted', Buffer.concat([PNG, Buffer.alloc(1_000)])],
    ['is no picture, whatever its type says', Buffer.from('<svg onload="x()"/>')],
    ['is empty', Buffer.alloc(0)],
  ])('are left out where one %s', async (_name, bytes) => {
    const found = await picturesIn(
      `![a](${world.github.attach({ bytes })}) ![b](${world.github.attach({ bytes: GIF })})`,
    );
    expect(found).toMatchObject([{ type: 'image/gif' }]);
  });

  test('are as many as wanted at most', async () => {
    const body = [1, 2, 3, 4].map(() => `![a](${world.github.attach({ bytes: PNG })})`).join('\n');
    expect(await picturesIn(body, { ...LIMITS, countMax: 2 })).toHaveLength(2);
  });

  test('that a reader does not see do not count', async () => {
    expect(await picturesIn(`<!-- ![a](${world.github.attach({ bytes: PNG })}) -->`)).toEqual([]);
  });
});

describe('only the host and its own storage are asked', () => {
  const html = (source: string) => ({ status: 200, body: { body_html: `<img src="${source}">` } });
  const from = { thread: { kind: 'issue', number: 1 }, commentId: null } as const;

  test.each([
    'http://169.254.169.254/latest/meta-data',
    'https://127.0.0.1/x.png',
    'https://evil.example/x.png',
    'https://githubusercontent.com.evil.example/x.png',
    'https://camo.githubusercontent.com/0/00',
    'https://user:word@private-user-images.githubusercontent.com/x.png',
    'data:image/png;base64,iVBORw0KGgo=',
    'file:///etc/passwd',
    'javascript:alert(1)',
    'https://[::1',
  ])('and not %s', async (source) => {
    await using api = await startScriptedApi(() => html(source));
    expect(await api.host.readImages(api.repo, from, LIMITS)).toEqual([]);
    expect(api.requests).toHaveLength(1);
  });

  test('also where the server sends on', async () => {
    await using api = await startScriptedApi(({ line }) => {
      if (line.startsWith('GET /repos/')) return html('/picture');
      return { status: 302, headers: { location: 'http://127.0.0.2:1/x.png' } };
    });
    expect(await api.host.readImages(api.repo, from, LIMITS)).toEqual([]);
    expect(api.requests.map(({ line }) => line)).toEqual(['GET /repos/octo/app/issues/1', 'GET /picture']);
  });

  test('without our token, and not for ever', async () => {
    await using api = await startScriptedApi(({ line }) =>
      line.startsWith('GET /repos/') ? html('/a') : { status: 302, headers: { location: '/a' } },
    );
    expect(await api.host.readImages(api.repo, from, LIMITS)).toEqual([]);
    const [, ...storage] = api.requests;
    expect(storage).toHaveLength(3);
    for (const { headers } of storage) expect(headers.authorization).toBeUndefined();
  });
});

describe('addresses in HTML', () => {
  test.each([
    ['<img src="/a?b=1&amp;c=2">', ['https://h.example/a?b=1&c=2']],
    ['<IMG alt="x" SRC="https://h.example/b">', ['https://h.example/b']],
    ['<img data-src="/a">', []],
    ['<image src="/a"> <imgsrc="/a"> <img src=/a>', []],
    ['<img alt="src=" src="/c">', ['https://h.example/c']],
  ])('%s', (html, found) => {
    expect(imageSources(html, 'https://h.example').map(({ href }) => href)).toEqual(found);
  });

  test.each(['<img ', '<img src="', '<img src="a', '<', ' src="'])('are found in linear time among many %j', (part) => {
    const began = performance.now();
    imageSources(part.repeat(200_000), 'https://h.example');
    expect(performance.now() - began).toBeLessThan(2_000);
  });
});

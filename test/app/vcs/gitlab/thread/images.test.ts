import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { uploadLinks } from '../../../../../app/vcs/gitlab/thread/upload-links.ts';
import { startGitLabWorld, type GitLabWorld } from '../gitlab-world.ts';
import { startScriptedApi } from '../scripted-api.ts';

const PNG = Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), Buffer.alloc(100, 7)]);
const GIF = Buffer.from('GIF89a and so on');
const LIMITS = { countMax: 5, bytesMax: 1_000 };

let world: GitLabWorld;

beforeAll(async () => {
  world = await startGitLabWorld();
  await world.gitlab.commit({ repository: world.repository, branch: 'topic', files: { 'b.txt': 'b\n' } });
});
afterAll(() => world[Symbol.asyncDispose]());

const attach = (bytes: Uint8Array, name?: string): string =>
  world.gitlab.attach({ repository: world.repository, bytes, ...(name === undefined ? {} : { name }) });

/** A note with this body on a new issue. */
async function said(body: string) {
  const { gitlab, repository } = world;
  const { issue } = await gitlab.openIssue({ repository, by: 'octo', title: 'Bug', body });
  const at = { kind: 'issue', number: issue.number } as const;
  const { comment } = await gitlab.comment({ repository, by: 'octo', ...at, body });
  return { thread: at, commentId: comment.id };
}

async function picturesIn(body: string, limits = LIMITS) {
  return world.host.readImages(world.repo, await said(body), limits);
}

describe('pictures', () => {
  test('of a private project come by the API, in Markdown and in HTML, in their order, each once', async () => {
    const [png, gif] = [attach(PNG, 'a shot (1).png'), attach(GIF, 'b.gif')];
    const full = `${world.gitlab.url}/team/tools/app${gif}`;
    const body = `see ![a](${png.replace('(', '%28').replace(')', '%29')}){width=60%} and <img width="10" src="${full}"> and ![again](${gif})`;
    expect(await picturesIn(body)).toEqual([
      { name: 'picture-1.png', type: 'image/png', bytes: new Uint8Array(PNG) },
      { name: 'picture-2.gif', type: 'image/gif', bytes: new Uint8Array(GIF) },
    ]);
  });

  test('come from the description of a thread and from a note at a line', async () => {
    const { gitlab, repository, host, repo } = world;
    const body = `![a](${attach(PNG)})`;
    const { issue } = await gitlab.openPullRequest({ repository, by: 'octo', title: 'T', head: 'topic', body });
    const { number } = issue;
    const { comment } = await gitlab.reviewComment({ repository, by: 'rita', number, path: 'b.txt', line: 1, body });
    for (const commentId of [null, comment.id]) {
      const found = await host.readImages(repo, { thread: { kind: 'pull', number }, commentId }, LIMITS);
      expect(found).toMatchObject([{ type: 'image/png' }]);
    }
  });

  test('of a note in another thread, or of one that is gone, are none', async () => {
    const { commentId } = await said(`![a](${attach(PNG)})`);
    const { thread } = await said('nothing');
    for (const from of [
      { thread, commentId },
      { thread, commentId: 999_999_999 },
      { thread: { ...thread, number: 9_999 }, commentId: null },
    ])
      expect(await world.host.readImages(world.repo, from, LIMITS)).toEqual([]);
  });

  test.each([
    ['is larger than wanted', Buffer.concat([PNG, Buffer.alloc(1_000)])],
    ['is no picture, whatever its name says', Buffer.from('<svg onload="x()"/>')],
    ['is empty', Buffer.alloc(0)],
  ])('are left out where one %s', async (_name, bytes) => {
    expect(await picturesIn(`![a](${attach(bytes)}) ![b](${attach(GIF)})`)).toMatchObject([{ type: 'image/gif' }]);
  });

  test('are as many as wanted at most', async () => {
    const body = [1, 2, 3, 4].map(() => `![a](${attach(PNG)})`).join('\n');
    expect(await picturesIn(body, { ...LIMITS, countMax: 2 })).toHaveLength(2);
  });

  test('that a reader does not see do not count', async () => {
    expect(await picturesIn(`<!-- ![a](${attach(PNG)}) -->`)).toEqual([]);
  });
});

describe('only the host itself is asked, and only for uploads of the project', () => {
  const secret = '0123456789abcdef'.repeat(2);
  const from = { thread: { kind: 'issue', number: 1 }, commentId: null } as const;
  const withBody = (description: string) => ({ status: 200, body: { description } });

  test.each([
    'http://169.254.169.254/latest/meta-data',
    `https://evil.example/uploads/${secret}/a.png`,
    `//evil.example/uploads/${secret}/a.png`,
    `/other/project/uploads/${secret}/a.png`,
    `/-/project/3/uploads/${secret}/a.png`,
    `/uploads/${secret}/..%2f..%2fuser`,
    `/uploads/${secret}/..`,
    `/uploads/${secret}/a/b.png`,
    `/uploads/${secret.slice(1)}/a.png`,
    `/uploads/${secret}/%zz`,
    'data:image/png;base64,iVBORw0KGgo=',
    'file:///etc/passwd',
  ])('not for %s', async (source) => {
    await using api = await startScriptedApi(() => withBody(`![a](${source}) <img src="${source}">`));
    expect(await api.host.readImages(api.repo, from, LIMITS)).toEqual([]);
    expect(api.requests).toHaveLength(1);
  });

  test('whatever the file is called, and its token stays with the host', async () => {
    await using api = await startScriptedApi(({ line }) =>
      line.includes('/uploads/')
        ? { status: 302, headers: { location: 'http://127.0.0.2:1/x.png' } }
        : withBody(`![a](/-/project/2/uploads/${secret}/a%3Fb%23.png)`),
    );
    expect(await api.host.readImages(api.repo, from, LIMITS)).toEqual([]);
    expect(api.requests.map(({ line }) => line)).toEqual([
      'GET /api/v4/projects/2/issues/1',
      `GET /api/v4/projects/2/uploads/${secret}/a%3Fb%23.png`,
    ]);
  });

  test.each([{ confidential: true }, { internal: true }])('not for what not everybody may read: %j', async (field) => {
    const text = `![a](/uploads/${secret}/a.png)`;
    await using api = await startScriptedApi(() => ({
      status: 200,
      body: { description: text, body: text, ...field },
    }));
    const commentId = 'internal' in field ? 5 : null;
    expect(await api.host.readImages(api.repo, { ...from, commentId }, LIMITS)).toEqual([]);
    expect(api.requests).toHaveLength(1);
  });
});

describe('uploads in a text', () => {
  const secret = 'f'.repeat(32);
  const place = { webUrl: 'https://h.example/gitlab', fullName: 'team/app', projectId: 2 };

  test.each([
    `![](/uploads/${secret}/a.png)`,
    `![x](  </uploads/${secret}/a.png> "title")`,
    `<IMG alt='b' SRC = '/uploads/${secret}/a.png'>`,
    `![x](/team/app/uploads/${secret}/a.png)`,
    `![x](/gitlab/-/project/2/uploads/${secret}/a.png)`,
    `![x](https://h.example/gitlab/team/app/uploads/${secret}/a.png)`,
  ])('%s', (text) => {
    expect(uploadLinks(text, place)).toEqual([{ secret, name: 'a.png' }]);
  });

  test.each([`[a link](/uploads/${secret}/a.png)`, `/uploads/${secret}/a.png`, `![x](uploads/${secret}/a.png)`])(
    'are no pictures in %s',
    (text) => {
      expect(uploadLinks(text, place)).toEqual([]);
    },
  );

  test.each(['![', '![a](', '<img ', '<img src=', 'src=', '](', '!['.concat('a'.repeat(900))])(
    'are found in linear time among many %j',
    (part) => {
      const began = performance.now();
      uploadLinks(part.repeat(Math.ceil(1_000_000 / part.length)), place);
      expect(performance.now() - began).toBeLessThan(4_000);
    },
  );
});

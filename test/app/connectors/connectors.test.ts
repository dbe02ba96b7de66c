import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { jiraComment, jiraIssue, postmarkMail, sendGridForm, teamsMessage } from './connector-bodies.ts';
import { openConnectorScene, type ConnectorScene } from './connector-scene.ts';

let scene: ConnectorScene;
const open = async (): Promise<void> => {
  scene = await openConnectorScene();
};
const close = (): PromiseLike<void> => scene[Symbol.asyncDispose]();

const json = (body: unknown) => scene.mail(JSON.stringify(body), 'application/json; charset=utf-8');

/** What became of the one delivery there is. */
async function outcome(): Promise<string | undefined> {
  const [first, ...more] = await scene.work();
  expect(more).toEqual([]);
  return first;
}

describe('what is asked becomes a request through the link, with a plan to approve', () => {
  beforeEach(open);
  afterEach(close);

  it('a comment of Jira that mentions us', async () => {
    const said = await scene.jira(jiraComment('@AstraForge: round once.\n\nPlease.'));
    expect([said.status, await outcome()]).toEqual([202, 'request submitted']);
    const [{ request, run } = {}] = await scene.requests();
    expect(request?.call).toMatchObject({ source: 'jira', sender: 'Ada Lovelace' });
    expect(request?.prompt).toBe(
      'round once.\n\nPlease.\n\nSHOP-20002: Totals are rounded twice\n\nThe cart shows 0.99 too much.\n\nAsked at https://jira.example/browse/SHOP-20002',
    );
    expect(request?.requester).toMatchObject({ login: 'Ada Lovelace via jira', bot: false });
    expect(request?.requester.id).toBeLessThan(0);
    expect(run?.task).toMatchObject({ kind: 'change', approval: 'plan' });
  });

  it('an issue of Jira that has the label, by a sender who may', async () => {
    await scene.jira(jiraIssue({ labels: ['UI', 'astraforge'] }), {}, 'labelled');
    expect(await outcome()).toBe('request submitted');
    const [{ request } = {}] = await scene.requests();
    expect(request?.prompt).toMatch(/^SHOP-20002: Totals are rounded twice\n/);
  });

  it('a message of Teams, which is answered within the 5 s it waits', async () => {
    const began = performance.now();
    const said = await scene.teams(teamsMessage('<p><at>Forge</at>&nbsp;round &lt;once&gt; &amp;amp; no more</p>'));
    expect(performance.now() - began).toBeLessThan(5_000);
    expect(said.status).toBe(200);
    expect(await said.json()).toEqual({ type: 'message', text: expect.stringContaining('on record') });
    expect(await outcome()).toBe('request submitted');
    const [{ request } = {}] = await scene.requests();
    expect(request).toMatchObject({ prompt: 'round <once> &amp; no more', call: { source: 'teams' } });
  });

  it('a mail that SendGrid posts, and one that Postmark posts', async () => {
    const { type, body } = await sendGridForm();
    expect((await scene.mail(body, type)).status).toBe(202);
    expect((await json(postmarkMail())).status).toBe(202);
    expect(await scene.work()).toEqual(['request submitted', 'request submitted']);
    const requests = await scene.requests();
    expect(requests.map(({ request }) => [request.prompt, request.call?.source, request.call?.sender])).toEqual([
      ['Rounding\n\nPlease mend the rounding.', 'email', 'Ada Lovelace'],
      ['Rounding\n\nPlease mend the rounding.', 'email', 'Ada Lovelace'],
    ]);
  });

  it('an issue of Jira whose description is no text, without it', async () => {
    await scene.jira(jiraIssue({ summary: '@astraforge round once', description: { type: 'doc', version: 1 } }));
    expect(await outcome()).toBe('request submitted');
    const [{ request } = {}] = await scene.requests();
    expect(request?.prompt).toMatch(/^SHOP-20002: round once\n\nAsked at /);
  });

  it('more than a plan where the link asks for more', async () => {
    await using strict = await openConnectorScene('publish');
    await strict.jira(jiraComment('@astraforge go'));
    await strict.work();
    expect((await strict.requests()).map(({ run }) => run.task.approval)).toEqual(['publish']);
  });

  it('of what is far too long, its beginning', async () => {
    await scene.jira(jiraComment(`@astraforge ${'ö'.repeat(100_000)}`));
    expect(await outcome()).toBe('request submitted');
    const [{ request } = {}] = await scene.requests();
    expect(Buffer.byteLength(request?.prompt ?? '')).toBeLessThan(33_000);
    expect(request?.prompt).not.toContain('\uFFFD');
  });
});

describe('what was said makes one request', () => {
  beforeEach(open);
  afterEach(close);

  it('when its delivery comes again, under its own id or another', async () => {
    const body = jiraComment('@astraforge go');
    for (const id of ['1', '1', '2']) await scene.jira(body, { 'x-atlassian-webhook-identifier': id });
    expect(await scene.work()).toEqual(['request submitted']);
  });

  it('when it is told again in other bytes', async () => {
    await scene.jira(jiraComment('@astraforge go'));
    await scene.jira(jiraComment('@astraforge go', { timestamp: 2 }));
    for (let times = 0; times < 2; times += 1) {
      const { type, body } = await sendGridForm();
      await scene.mail(body, type);
    }
    const again = 'ignored: it was asked before';
    expect(await scene.work()).toEqual(['request submitted', again, 'request submitted', again]);
    expect(await scene.requests()).toHaveLength(2);
  });
});

describe('what asks for nothing begins nothing', () => {
  beforeAll(open);
  afterAll(close);

  it.each([
    ['a comment without the mention', jiraComment('go on')],
    ['a comment with a longer name', jiraComment('@astraforge-next go')],
    ['an address', jiraComment('write to ada@astraforge.example')],
    ['an issue without mention and label', jiraIssue({})],
    ['an issue that is changed', jiraIssue({}, { webhookEvent: 'jira:issue_updated' })],
    ['a comment that is changed', jiraComment('@astraforge go', { webhookEvent: 'comment_updated' })],
    ['a comment on nothing', jiraComment('@astraforge go', { issue: null })],
    [
      'a comment of nobody',
      jiraComment('@astraforge go', { comment: { id: '1', body: '@astraforge go', author: {} } }),
    ],
    ['a list', []],
    ['nothing', null],
    [
      'a key that leads elsewhere',
      jiraComment('@astraforge go', { issue: { id: '1', key: '../x', self: 'https://a.example', fields: {} } }),
    ],
    [
      'an address that is none',
      jiraComment('@astraforge go', { issue: { id: '1', key: 'A-1', self: 'javascript:1', fields: {} } }),
    ],
  ])('of Jira: %s', async (_, body) => {
    expect((await scene.jira(body)).status).toBe(202);
    expect(await outcome()).toMatch(/^ignored: /);
    expect(await scene.requests()).toEqual([]);
  });

  it.each([
    ['only the mention', teamsMessage('<at>Forge</at> ')],
    ['another type', teamsMessage('go', { type: 'conversationUpdate' })],
    ['no text', teamsMessage('go', { text: undefined })],
    ['nobody', teamsMessage('go', { from: null })],
    ['no JSON', '{"type":"message"'],
  ])('of Teams: %s', async (_, body) => {
    expect((await scene.teams(body)).status).toBe(200);
    expect(await outcome()).toMatch(/^ignored: /);
    expect(await scene.requests()).toEqual([]);
  });

  it('a sender who is not among those who may', async () => {
    const eve = { accountId: '666', displayName: 'Eve' };
    await scene.jira(jiraIssue({ labels: ['astraforge'] }, { user: eve }), {}, 'labelled');
    expect(await outcome()).toBe('refused: whoever asks is not among the senders');
    expect(await scene.requests()).toEqual([]);
  });
});

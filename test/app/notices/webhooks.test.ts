import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openNotices } from '../../../app/notices/open-notices.ts';
import { actedUpon } from '../../fakes/chat/published-slack.ts';
import { textsOf } from '../../fakes/chat/published-teams.ts';
import { startChat, type ChatStandIn } from '../../fakes/chat/stand-in.ts';
import { startHookCatcher } from '../../fakes/git-host/hook-catcher.ts';
import { endless, HOSTILE_LINES, HOSTILE_TITLE, notice } from './hostile-notice.ts';

let chat: ChatStandIn;
beforeEach(async () => {
  chat = await startChat();
});
afterEach(() => chat[Symbol.asyncDispose]());

const urlOf = (kind: 'slack' | 'teams') => (kind === 'slack' ? chat.slackUrl : chat.teamsUrl);
const notices = (kind: 'slack' | 'teams', { url = urlOf(kind), timeoutMs = 15_000 } = {}) =>
  openNotices([{ id: 'on-call', kind, url }], { timeoutMs });

describe.each(['slack', 'teams'] as const)('a channel of %s', (kind) => {
  const came = () => (kind === 'slack' ? chat.slack : chat.teams);

  it('shows the title, the lines and the links', async () => {
    const opened = await notices(kind);
    expect(opened.channels).toEqual([{ id: 'on-call', kind }]);
    await opened.send('on-call', notice());
    const text = JSON.stringify(came());
    for (const shown of ['TypeError in acme/shop', 'Seen 12 times', 'A fix is proposed.', 'Issue', 'Sentry'])
      expect(text).toContain(shown);
    expect(text).toContain('https://github.com/acme/shop/issues/7');
    expect(came()).toHaveLength(1);
  });

  it('is told nothing but what it documents, whatever is in a notice and however long that is', async () => {
    const opened = await notices(kind);
    const odd = notice({
      title: '',
      lines: ['', ' \n'],
      links: [
        { text: '', url: 'https://example.org/a b|c<d>"e"' },
        ...[
          'javascript:alert(1)',
          'https://u:p@example.org',
          'no address',
          `https://example.org/${'x'.repeat(9_000)}`,
        ].map((url) => ({ text: 'x', url })),
      ],
    });
    const all = [notice({ title: HOSTILE_TITLE, lines: HOSTILE_LINES }), odd, notice({ lines: [], links: [] })];
    for (const one of [...all, ...['&', '"', '\\', '😀', '\u0001', 'a\n', '\u200b'].map(endless)])
      await opened.send('on-call', one);
    expect(chat.calls.flatMap(({ problems }) => problems)).toEqual([]);
    expect(came()).toHaveLength(10);
    expect(JSON.stringify(came())).not.toMatch(/javascript:|u:p@|\\u202e|\\ud800/i);
  });

  it.each([
    [
      { status: 429, headers: { 'retry-after': '30' } },
      { code: 'limited', retryAfterMs: 30_000 },
    ],
    [{ status: 429 }, { code: 'limited', retryAfterMs: undefined }],
    [{ status: 500 }, { code: 'ambiguous' }],
    [{ status: 400 }, { code: 'invalid' }],
    [{ status: 403 }, { code: 'denied' }],
    [{ status: 404 }, { code: 'denied' }],
    [{ status: 410 }, { code: 'denied' }],
    [{ drop: true }, { code: 'ambiguous' }],
  ])('that answers %j makes %j, once, and its address is told to nobody', async (fault, error) => {
    chat.fault(fault);
    const failed: unknown = await (await notices(kind)).send('on-call', notice()).catch((thrown: unknown) => thrown);
    expect(failed).toMatchObject({ ...error, message: expect.stringContaining(`the channel on-call (${kind})`) });
    expect(wholeOf(failed)).not.toContain(new URL(urlOf(kind)).pathname);
    // What follows goes through: the fault met one call only.
    await (await notices(kind)).send('on-call', notice());
    expect(came()).toHaveLength('drop' in fault ? 2 : 1);
  });

  it('that is slow is not waited for, and may have been told', async () => {
    chat.fault({ delayMs: 60_000 });
    await expect((await notices(kind, { timeoutMs: 200 })).send('on-call', notice())).rejects.toMatchObject({
      code: 'ambiguous',
    });
  });

  it('that sends us elsewhere is not followed', async () => {
    await using elsewhere = await startHookCatcher();
    chat.fault({ status: 307, headers: { location: elsewhere.url } });
    await expect((await notices(kind)).send('on-call', notice())).rejects.toMatchObject({ code: 'invalid' });
    expect(elsewhere.caught).toEqual([]);
  });

  it('that is away was told nothing', async () => {
    const opened = await notices(kind);
    await chat[Symbol.asyncDispose]();
    const failed: unknown = await opened.send('on-call', notice()).catch((thrown: unknown) => thrown);
    expect(failed).toMatchObject({ code: 'unavailable' });
    expect(wholeOf(failed)).not.toContain(new URL(urlOf(kind)).pathname);
    chat = await startChat();
  });
});

it('Slack is given nothing to act upon: nobody is called, nothing is looked up, and links are ours', async () => {
  const opened = await notices('slack');
  await opened.send('on-call', notice({ title: HOSTILE_TITLE, lines: HOSTILE_LINES }));
  const [message] = chat.slack;
  if (message === undefined) throw new Error('nothing came');
  expect(actedUpon(message)).toEqual([]);
  const texts = message.blocks?.map(({ text }) => text.text) ?? [];
  expect(texts[0]).toContain('Oops &lt;!channel&gt; &lt;@U012&gt; @everyone Bcc: eve@evil.example [click]');
  expect(texts[1]).toContain(
    '&lt;https://evil.example|your bank&gt; &amp; &lt;b&gt;bold&lt;/b&gt; &amp;lt;!here&amp;gt;',
  );
  expect(texts.at(-1)).toBe(
    '<https://github.com/acme/shop/issues/7|Issue> · <https://sentry.example.org/organizations/acme/issues/1/?a=1&amp;b=2|Sentry>',
  );
});

it('Teams is given foreign words only where Markdown means nothing', async () => {
  const opened = await notices('teams');
  await opened.send('on-call', notice({ title: HOSTILE_TITLE, lines: HOSTILE_LINES }));
  const [message] = chat.teams;
  if (message === undefined) throw new Error('nothing came');
  const { markdown, plain } = textsOf(message);
  expect(markdown).toEqual([]);
  expect(plain[0]).toContain('[click](https://evil.example) {{DATE(2017-02-14T06:00:00Z,SHORT)}} gnp.exe');
  expect(plain).toContain('**bold** _it_ `code` # heading');
  expect(plain.some((text) => /[\p{Cc}]/u.test(text))).toBe(false);
});

it('a channel that is not there is refused', async () => {
  await expect((await notices('slack')).send('off-call', notice())).rejects.toMatchObject({ code: 'denied' });
});

/** Everything that a log would show of it. */
function wholeOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return JSON.stringify(thrown);
  return [
    thrown.message,
    thrown.stack,
    JSON.stringify(thrown),
    thrown.cause === undefined ? '' : wholeOf(thrown.cause),
  ].join('\n');
}

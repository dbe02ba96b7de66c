import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mailServerOf } from '#core/contracts/mail-server.ts';
import { openNotices } from '../../../app/notices/open-notices.ts';
import { makeCertificate } from '../../fakes/kubernetes/tls-certificate.ts';
import { startMail } from '../../fakes/mail/stand-in.ts';
import { endless, HOSTILE_LINES, HOSTILE_TITLE, notice } from './hostile-notice.ts';

const LOGIN = { user: 'bot@example.org', password: 'p@ss:w/rd?#%' };
const TO = ['ida@example.org', 'bea@example.org'];

let directory: string;
let pair: { cert: string; key: string };
beforeAll(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'mail-'));
  pair = await makeCertificate(directory);
});
afterAll(() => rm(directory, { recursive: true }));

/** The channel of a mail server whose address is `url`, such as it is configured. */
function channel(url: string, { timeoutMs = 15_000, trusts = true, to = TO } = {}) {
  const server = mailServerOf(url);
  if (server === undefined) throw new Error(`no address of a mail server: ${url}`);
  const authorities = trusts ? { authorities: [pair.cert] } : {};
  return openNotices([{ id: 'crew', kind: 'email', server, from: LOGIN.user, to }], { timeoutMs, ...authorities });
}

const url = (scheme: string, port: number, end = '') =>
  `${scheme}://${encodeURIComponent(LOGIN.user)}:${encodeURIComponent(LOGIN.password)}@127.0.0.1:${port}${end}`;
const inClear = (port: number) => `smtp://127.0.0.1:${port}?tls=off`;

/** Header of a message, unfolded; undefined when there is none. */
function header(raw: string, name: string): string | undefined {
  const head = raw.slice(0, raw.indexOf('\r\n\r\n')).replace(/\r\n[ \t]+/g, ' ');
  return new RegExp(`^${name}: (.*)$`, 'im').exec(head)?.[1];
}

describe('what is sent', () => {
  it('is plain text to all addresses, with an id by which it is known again', async () => {
    await using mail = await startMail();
    const opened = await channel(inClear(mail.port));
    await opened.send('crew', notice());
    await opened.send('crew', notice());
    const [first, again] = mail.caught;
    expect(first).toMatchObject({ from: LOGIN.user, to: TO, user: undefined });
    const raw = first?.raw ?? '';
    expect(header(raw, 'Subject')).toBe('TypeError in acme/shop');
    expect(header(raw, 'Content-Type')).toMatch(/^text\/plain; charset=utf-8/);
    expect(header(raw, 'Auto-Submitted')).toBe('auto-generated');
    expect(header(raw, 'Message-ID')).toBe('<5f0c7f0e-2f7a-4a53-9d57-0f2f3c1a9b10@example.org>');
    expect(header(again?.raw ?? '', 'Message-ID')).toBe(header(raw, 'Message-ID'));
    expect(raw).toContain('Seen 12 times since 10:00.\r\nA fix is proposed.\r\n\r\nIssue: https://github.com/');
  });

  it('has the headers that we gave it, whatever is in a title, and no markup of its own', async () => {
    await using mail = await startMail();
    const opened = await channel(inClear(mail.port));
    await opened.send('crew', notice({ title: HOSTILE_TITLE, lines: HOSTILE_LINES }));
    await opened.send('crew', endless('😀'));
    expect(mail.caught).toHaveLength(2);
    for (const { raw, to } of mail.caught) {
      const names = [...raw.slice(0, raw.indexOf('\r\n\r\n')).matchAll(/^([\w-]+):/gm)].map(([, name = '']) => name);
      expect(names.toSorted()).toEqual(
        [
          'From',
          'To',
          'Subject',
          'Message-ID',
          'Auto-Submitted',
          'Content-Type',
          'Content-Transfer-Encoding',
          'Date',
          'MIME-Version',
        ].toSorted(),
      );
      expect(to).toEqual(TO);
      expect(raw.length).toBeLessThan(40_000);
    }
  });

  it.each(['smtps', 'smtp'])('goes through TLS, and so does the password: %s', async (scheme) => {
    await using mail = await startMail({ ...pair, login: LOGIN, secure: scheme === 'smtps' });
    await (await channel(url(scheme, mail.port))).send('crew', notice());
    expect(mail.caught).toMatchObject([{ secure: true, user: LOGIN.user }]);
  });
});

describe('what is not sent', () => {
  it.each(['smtps', 'smtp'])('is a word to a server that nobody vouches for: %s', async (scheme) => {
    let signedIn = 0;
    const onAuth = () => void (signedIn += 1);
    await using mail = await startMail({ ...pair, login: LOGIN, secure: scheme === 'smtps', onAuth });
    const failed: unknown = await (
      await channel(url(scheme, mail.port), { trusts: false })
    )
      .send('crew', notice())
      .catch((thrown: unknown) => thrown);
    expect(failed).toMatchObject({ code: 'unavailable', message: expect.stringContaining('no TLS that is trusted') });
    expect([mail.caught, signedIn]).toEqual([[], 0]);
  });

  it('is a password to a server that has no TLS', async () => {
    await using mail = await startMail({ login: LOGIN, allowInsecureAuth: true });
    const failed = (await channel(url('smtp', mail.port))).send('crew', notice());
    const message = expect.stringContaining('no TLS that is trusted');
    await expect(failed).rejects.toMatchObject({ code: 'unavailable', message });
    expect(mail.caught).toEqual([]);
  });

  it('is anything by somebody whom the server does not know', async () => {
    await using mail = await startMail({ ...pair, login: { ...LOGIN, password: 'another one' }, secure: true });
    const failed: unknown = await (
      await channel(url('smtps', mail.port))
    )
      .send('crew', notice())
      .catch((thrown: unknown) => thrown);
    expect(failed).toMatchObject({ code: 'denied', message: expect.stringContaining('answered 535 while signing in') });
    expect(JSON.stringify([failed, String(failed)])).not.toContain(LOGIN.password);
  });
});

describe('what the server says decides', () => {
  it.each([
    [{ reply: 451 }, { code: 'unavailable' }],
    [{ reply: 554 }, { code: 'invalid' }],
    [{ refused: TO }, { code: 'invalid' }],
    [{ refused: TO.slice(1) }, { code: 'invalid', message: expect.stringContaining('1 of 2 addresses') }],
  ])('%j makes %j', async (options, error) => {
    await using mail = await startMail(options);
    const opened = await channel(inClear(mail.port));
    await expect(opened.send('crew', notice())).rejects.toMatchObject(error);
  });

  it('nobody there was told nothing', async () => {
    const mail = await startMail();
    await mail[Symbol.asyncDispose]();
    const opened = await channel(inClear(mail.port));
    await expect(opened.send('crew', notice())).rejects.toMatchObject({ code: 'unavailable' });
  });

  it.each([
    ['says nothing', [], 'unavailable'],
    ['goes silent before the message', ['220 hi', '250 hi', '250 from', '250 to', '250 to'], 'unavailable'],
    ['goes silent after the message', ['220 hi', '250 hi', '250 from', '250 to', '250 to', '354 go on'], 'ambiguous'],
  ])('one that %s is not waited for', async (_, replies, code) => {
    await using slow = await startMute(replies);
    const opened = await channel(inClear(slow.port), { timeoutMs: 300 });
    await expect(opened.send('crew', notice())).rejects.toMatchObject({ code });
  });

  it('one that answers a letter at a time is not waited for either', async () => {
    await using slow = await startMute(['220-still', ...Array.from({ length: 200 }, () => '220-here')], 20);
    const opened = await channel(inClear(slow.port), { timeoutMs: 300 });
    await expect(opened.send('crew', notice())).rejects.toMatchObject({ code: 'unavailable' });
  });
});

/** A server that answers each line with the next of some replies, or says one every so often, and then nothing more. */
async function startMute(replies: readonly string[], everyMs?: number): Promise<AsyncDisposable & { port: number }> {
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    const left = [...replies];
    const say = () => void (left.length > 0 && socket.write(`${left.shift()}\r\n`));
    socket.on('error', () => undefined);
    say();
    if (everyMs === undefined) socket.on('data', say);
    else {
      const timer = setInterval(say, everyMs);
      socket.on('close', () => clearInterval(timer));
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server listens on no port');
  return {
    port: address.port,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

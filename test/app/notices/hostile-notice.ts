import type { Notice } from '#core/ports/notices.ts';

/** What somebody who can make a program fail would like a channel to show. */
export const HOSTILE_TITLE =
  'Oops <!channel> <@U012> @everyone\r\nBcc: eve@evil.example\n[click](https://evil.example) {{DATE(2017-02-14T06:00:00Z,SHORT)}} \u202Egnp.exe';
export const HOSTILE_LINES = [
  '<https://evil.example|your bank> & <b>bold</b> &lt;!here&gt;',
  '**bold** _it_ `code` # heading',
  '<at>Ida</at> <script>alert(1)</script>',
  '\ud800 lone \u0000\u001b[31mred',
  '\n.\nQUIT\n',
];

/** A notice with what is given, and otherwise plain. */
export function notice(change: Partial<Notice> = {}): Notice {
  return {
    id: '5f0c7f0e-2f7a-4a53-9d57-0f2f3c1a9b10',
    title: 'TypeError in acme/shop',
    lines: ['Seen 12 times since 10:00.', 'A fix is proposed.'],
    links: [
      { text: 'Issue', url: 'https://github.com/acme/shop/issues/7' },
      { text: 'Sentry', url: 'https://sentry.example.org/organizations/acme/issues/1/?a=1&b=2' },
    ],
    ...change,
  };
}

/** A megabyte and more of it, in the characters that grow most. */
export function endless(character: string): Notice {
  const text = character.repeat(1_000_000);
  const links = Array.from({ length: 50 }, (_, at) => ({ text, url: `https://example.org/${at}?${'&'.repeat(400)}` }));
  return notice({ title: text, lines: Array.from({ length: 500 }, () => text), links });
}

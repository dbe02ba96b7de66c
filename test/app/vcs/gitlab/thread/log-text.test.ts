import { describe, expect, test } from 'vitest';
import { readableLog } from '../../../../../app/vcs/gitlab/thread/log-text.ts';

describe('a log as somebody reads it', () => {
  test.each([
    ['colours', '\u001B[0Ktask \u001B[31;1mERROR\u001B[0;m: no\u001B[0K', 'task ERROR: no'],
    [
      'section marks',
      'section_start:1560896352:my_first-section.1[collapsed=true]\r\u001B[0KHeader\nbody\nsection_end:1560896353:my_first-section.1\r\u001B[0K',
      'Header\nbody\n',
    ],
    [
      'times',
      '2024-05-22T12:43:46.962646Z 00O first\n2024-05-22T12:43:46.962700Z 01E second\n2024-05-22T12:43:47.000000Z 00O',
      'first\nsecond\n',
    ],
    ['lines that go on', '2024-05-22T12:43:46.962646Z 00O one \n2024-05-22T12:43:46.962700Z 00O+line', 'one line'],
    ['progress that was printed over', '10%\r50%\r100%\r\ndone', '100%\ndone'],
    ['titles of a terminal', '\u001B]0;title\u0007text', 'text'],
  ])('is without %s', (_name, raw, read) => {
    expect(readableLog(raw)).toBe(read);
  });

  test('keeps what only looks like a mark', () => {
    const text = 'the section_start is here: 2024-05-22T12:43:46Z [31m ok';
    expect(readableLog(text)).toBe(text);
  });

  test.each(['section_start:1:', '\u001B[', '\u001B]', '\r', '2024-05-22T12:43:46.962646Z 00O+', 'section_start:1:a['])(
    'is made in linear time among many %j',
    (part) => {
      const began = performance.now();
      readableLog(part.repeat(100_000));
      readableLog(`${part}\n`.repeat(100_000));
      expect(performance.now() - began).toBeLessThan(4_000);
    },
  );
});

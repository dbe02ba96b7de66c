import { expect, test } from 'vitest';
import { placeRecord } from '../../../workers/agent/codex-resume.ts';

const THREAD = '01890000-0000-7000-8000-000000000000';
const META = `${JSON.stringify({ type: 'session_meta', payload: { id: THREAD } })}\n`;

test.each([
  ['too many lines', '{}\n'.repeat(600_000), 'has too many lines'],
  ['a line that is none', '{"a":1}\nnothing\n{}\n', 'is damaged'],
  ['more than 32 MiB', `{"a":"${'x'.repeat(32 * 1024 * 1024)}"}\n`, 'is too large'],
])('a record with %s is not placed', async (_name, text, why) => {
  const record = Buffer.from(META + text);
  const placed = placeRecord({ upload: async () => undefined }, '/home', { threadId: THREAD, record });
  await expect(placed).rejects.toMatchObject({ code: 'invalid', message: expect.stringContaining(why) });
});

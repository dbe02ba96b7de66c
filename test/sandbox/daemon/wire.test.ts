import { expect, test } from 'vitest';
import { ASKED, SAID } from '../../../sandbox/daemon/wire.ts';

/** A name that is not written in the import: what runs inside a guest is plain JavaScript without types. */
const INSIDE = '../../../sandbox/image/frames.mjs';

test('host and daemon mean the same by every kind of frame, though they share no code', async () => {
  const inside: unknown = await import(INSIDE);
  expect(inside).toMatchObject({ ASKED, SAID });
});

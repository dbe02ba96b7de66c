import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Check } from './check.ts';
import { FILE_CHECKS } from './file-checks.ts';
import { IDENTITY_CHECKS } from './identity-checks.ts';
import { LIMIT_CHECKS } from './limit-checks.ts';
import { NETWORK_CHECKS } from './network-checks.ts';
import { PROXY_CHECKS } from './proxy-checks.ts';
import { SECRET_CHECKS } from './secret-checks.ts';
import { SYSCALL_CHECKS } from './syscall-checks.ts';
import { createUndo } from './undo.ts';
import { openWorld } from './world.ts';
import type { Compared } from './world.ts';

const CHECKS_MIN = 150;
/** In their order; the last ones take all that a guest may have, so they get one of their own. */
const SUITES: Readonly<Record<string, readonly Check[]>> = {
  'system calls': SYSCALL_CHECKS,
  'capabilities and namespaces': IDENTITY_CHECKS,
  'mounts and kernel files': FILE_CHECKS,
  secrets: SECRET_CHECKS,
  network: NETWORK_CHECKS,
  proxy: PROXY_CHECKS,
  limits: LIMIT_CHECKS,
};

describe('a workspace is denied what an unconfined container is not', () => {
  const undo = createUndo();
  const found = new Map<string, Compared>();
  beforeAll(async () => {
    const world = await openWorld(undo);
    const quiet = await world.makeGuest();
    for (const [name, checks] of Object.entries(SUITES)) {
      const guest = name === 'limits' ? await world.makeGuest() : quiet;
      for (const [id, compared] of await world.compare(guest, checks)) found.set(id, compared);
    }
  });
  afterAll(() => undo[Symbol.asyncDispose]());

  for (const [name, checks] of Object.entries(SUITES)) {
    describe(name, () => {
      test.each(checks.map((check) => [check.id] as const))('%s', (id) => {
        const { inside, outside } = found.get(id) ?? {};
        expect(outside, 'the control must reach it').toMatchObject({ reached: true });
        expect(inside, 'the workspace must not').toMatchObject({ reached: false });
      });
    });
  }

  test(`there are at least ${CHECKS_MIN} checks, each with a name of its own`, () => {
    const ids = Object.values(SUITES).flatMap((checks) => checks.map(({ id }) => id));
    expect(ids.length).toBeGreaterThanOrEqual(CHECKS_MIN);
    expect(new Set(ids).size).toBe(ids.length);
  });
});

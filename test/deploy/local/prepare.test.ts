import { chmod, readdir, rm, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { lockFor, openCheckout, type Checkout } from './checkout.ts';

/** A number that no process has: above Linux's largest, 2^22. */
const DEAD_PID = '999999999';

async function installedByHand(checkout: Checkout, version: string): Promise<void> {
  const { packages } = JSON.parse(lockFor(version));
  await checkout.write('node_modules/.package-lock.json', JSON.stringify({ packages }));
  await checkout.write('node_modules/prisma/build/index.js', "require('node:fs').mkdirSync('prisma/generated');");
}

describe('setting up a checkout', () => {
  test('installs and generates once, then finds everything in place', async () => {
    await using checkout = await openCheckout();
    const first = await checkout.prepare();
    expect(first.code).toBe(0);
    expect(first.stdout).toMatch(/Installing npm packages.*\n.*done[^]*Generating the database client/);
    expect(await checkout.prepare()).toMatchObject({ code: 0, stdout: '' });
    expect(await checkout.calls()).toEqual({ npm: 1, prisma: 1 });
  });

  test('installs anew when the lock file names another version, and generates anew when the schema changes', async () => {
    await using checkout = await openCheckout();
    await checkout.prepare();
    await checkout.write('package-lock.json', lockFor('1.0.1'));
    await checkout.prepare();
    expect(await checkout.calls()).toEqual({ npm: 2, prisma: 1 });
    await checkout.write('prisma/schema.prisma', 'model B {}');
    await checkout.prepare();
    expect(await checkout.calls()).toEqual({ npm: 2, prisma: 2 });
    await rm(join(checkout.root, 'prisma/generated'), { recursive: true });
    await checkout.prepare();
    expect(await checkout.calls()).toEqual({ npm: 2, prisma: 3 });
  });

  test('recognises packages that were installed by hand, unless they are others', async () => {
    await using checkout = await openCheckout();
    await installedByHand(checkout, '1.0.0');
    expect((await checkout.prepare()).code).toBe(0);
    expect((await checkout.calls()).npm).toBe(0);
    await using outdated = await openCheckout();
    await installedByHand(outdated, '0.9.0');
    expect((await outdated.prepare()).code).toBe(0);
    expect((await outdated.calls()).npm).toBe(1);
  });

  test('is done once when several processes ask at the same time', async () => {
    await using checkout = await openCheckout();
    const outcomes = await Promise.all([1, 2, 3].map(() => checkout.prepare()));
    expect(outcomes.map((outcome) => outcome.code)).toEqual([0, 0, 0]);
    expect(await checkout.calls()).toEqual({ npm: 1, prisma: 1 });
    expect(await readdir(join(checkout.root, '.astraforge'))).toEqual([]);
  });

  test('goes on after a set-up that was killed', async () => {
    await using checkout = await openCheckout();
    await checkout.write('.astraforge/prepare.lock', DEAD_PID);
    const past = new Date(Date.now() - 10_000);
    await utimes(join(checkout.root, '.astraforge/prepare.lock'), past, past);
    expect((await checkout.prepare()).code).toBe(0);
    expect(await checkout.calls()).toEqual({ npm: 1, prisma: 1 });
  });

  test('says what failed and what to do when npm fails, and tries again next time', async () => {
    await using checkout = await openCheckout();
    const failed = await checkout.prepare({ NPM_FAILS: 'yes' });
    expect(failed.code).toBe(1);
    expect(failed.stderr).toMatch(/exit code 7[^]*network unreachable[^]*npm ping/);
    expect((await checkout.prepare()).code).toBe(0);
    expect(await checkout.calls()).toEqual({ npm: 2, prisma: 1 });
  });

  test('works on a checkout that has no schema', async () => {
    await using checkout = await openCheckout();
    await rm(join(checkout.root, 'prisma'), { recursive: true });
    expect((await checkout.prepare()).code).toBe(0);
    expect(await checkout.calls()).toEqual({ npm: 1, prisma: 0 });
  });

  test('warns, and goes on, where the agent has no binary', async () => {
    await using checkout = await openCheckout();
    const bare = await checkout.prepare();
    expect(bare).toMatchObject({ code: 0, stderr: expect.stringContaining('warning: no Codex binary for') });
    await checkout.write(`node_modules/@openai/codex-${process.platform}-${process.arch}/package.json`, '{}');
    expect((await checkout.prepare()).stderr).toBe('');
  });
});

describe('a machine that lacks', () => {
  let checkout: Checkout;
  beforeEach(async () => {
    checkout = await openCheckout();
    return () => checkout[Symbol.asyncDispose]();
  });

  test('git is told to install it, before anything else is tried', async () => {
    const outcome = await checkout.prepare({ PATH: '/nowhere' });
    expect(outcome).toMatchObject({ code: 1, stderr: expect.stringContaining('no git was found. Install it') });
    expect((await checkout.calls()).npm).toBe(0);
  });

  test('a git of today is told which one it needs', async () => {
    await checkout.write('old/git', '#!/bin/sh\necho git version 2.37.7');
    await chmod(join(checkout.root, 'old/git'), 0o755);
    const outcome = await checkout.prepare({ PATH: join(checkout.root, 'old') });
    expect(outcome.stderr).toContain('git 2.38 or newer is needed, this is 2.37.7');
  });

  test('a Node of today is told which one it needs', async () => {
    const pretend = "Object.defineProperty(process.versions, 'node', { value: '18.20.4' });";
    await checkout.write('old-node.cjs', pretend);
    const outcome = await checkout.prepare({ NODE_OPTIONS: `--require ${join(checkout.root, 'old-node.cjs')}` });
    expect(outcome).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('20.19 or newer is needed, this is 18.20.4'),
    });
  });
});

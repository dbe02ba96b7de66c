import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { GitServer } from '#core/ports/host/git-server.ts';
import { createRepositories } from '../../../workers/git/repositories.ts';
import { commitFiles, openStage, REPO, sh, type Stage } from './stage.ts';

const BYTES_MAX = 1_000;

/** A stage and the port under test, on the stage's mirrors. */
async function openServer() {
  const stage = await openStage();
  const log = (): void => undefined;
  const logger = { debug: log, info: log, warn: log, error: log };
  const { directory } = stage;
  const server = createRepositories({ directory, logger, allowProtocols: ['http'], hostEnv: process.env });
  const close = async (): Promise<void> => {
    await server[Symbol.asyncDispose]();
    await stage[Symbol.asyncDispose]();
  };
  return { stage, server, [Symbol.asyncDispose]: close };
}

const headOf = ({ work }: Stage): string => sh(work, 'rev-parse', 'HEAD');

function read({ stage, server }: { stage: Stage; server: GitServer }, path: string): Promise<string | undefined> {
  const at = { ref: 'main', sha: headOf(stage), path };
  return server.readFile({ repo: REPO, access: stage.access }, at, BYTES_MAX);
}

it.each([true, false])('tells the branch that HEAD names and its commit (protocol 2: %s)', async (protocolTwo) => {
  await using opened = await openServer();
  const { stage, server } = opened;
  stage.host.protocolTwo = protocolTwo;
  stage.publish('develop');
  expect(await server.defaultBranch(stage.access)).toEqual({ ref: 'main', sha: headOf(stage) });
  sh(stage.bare, 'symbolic-ref', 'HEAD', 'refs/heads/develop');
  expect(await server.defaultBranch(stage.access)).toMatchObject({ ref: 'develop' });
});

it('an empty repository has no default branch, and a HEAD that names no branch is told', async () => {
  await using opened = await openServer();
  const { stage, server } = opened;
  sh(stage.bare, 'symbolic-ref', 'HEAD', 'refs/heads/not-there');
  expect(await server.defaultBranch(stage.access)).toBeUndefined();
  sh(stage.bare, 'update-ref', '--no-deref', 'HEAD', headOf(stage));
  await expect(server.defaultBranch(stage.access)).rejects.toMatchObject({ code: 'invalid' });
});

it('tells the head of exactly the branch that was asked for', async () => {
  await using opened = await openServer();
  const { stage, server } = opened;
  sh(stage.bare, 'update-ref', 'refs/heads/x/refs/heads/topic', headOf(stage));
  expect(await server.headOf(stage.access, 'topic')).toBeUndefined();
  stage.publish('topic');
  expect(await server.headOf(stage.access, 'topic')).toBe(headOf(stage));
  await expect(server.headOf(stage.access, '../x')).rejects.toMatchObject({ code: 'invalid' });
});

it('who may push is known before anything is pushed', async () => {
  await using opened = await openServer();
  const { stage, server } = opened;
  const refs = sh(stage.bare, 'for-each-ref');
  await server.provePushable(stage.access);
  stage.host.tokens.set(stage.access.token, 'read');
  await expect(server.provePushable(stage.access)).rejects.toMatchObject({ code: 'denied' });
  expect(sh(stage.bare, 'for-each-ref')).toBe(refs);
  expect(stage.host.requests.filter((request) => request.startsWith('POST'))).toEqual([]);
  expect(readdirSync(join(stage.directory, 'scratch'))).toEqual([]);
});

it('reads a file of a commit, and says when there is none or it is too large', async () => {
  await using opened = await openServer();
  const { stage } = opened;
  expect(await read(opened, 'README.md')).toBe('# demo\n');
  expect(await read(opened, 'src')).toBeUndefined();
  expect(await read(opened, 'src/not-there')).toBeUndefined();
  commitFiles(stage.work, { 'large.txt': 'x'.repeat(BYTES_MAX + 1), 'full.txt': 'x'.repeat(BYTES_MAX) });
  symlinkSync('../etc/passwd', join(stage.work, 'link'));
  commitFiles(stage.work, {});
  stage.publish();
  expect((await read(opened, 'full.txt'))?.length).toBe(BYTES_MAX);
  expect(await read(opened, 'link')).toBe('../etc/passwd');
  await expect(read(opened, 'large.txt')).rejects.toMatchObject({ code: 'invalid' });
});

it('a file is read although the mirror was damaged', async () => {
  await using opened = await openServer();
  await read(opened, 'README.md');
  writeFileSync(join(opened.stage.directory, 'github-42.git/HEAD'), 'garbage');
  expect(await read(opened, 'README.md')).toBe('# demo\n');
});

const QUESTIONS: readonly (readonly [string, (at: GitServer, stage: Stage) => Promise<unknown>])[] = [
  ['the default branch', (at, { access }) => at.defaultBranch(access)],
  ['a head', (at, { access }) => at.headOf(access, 'main')],
  ['the right to push', (at, { access }) => at.provePushable(access)],
];

it.each(QUESTIONS)('asking for %s follows no redirect, and a refusal is told apart from trouble', async (_, ask) => {
  await using opened = await openServer();
  const { stage, server } = opened;
  await using elsewhere = await openStage();
  const location = elsewhere.host.url('octo/demo.git/info/refs');
  for (const status of [301, 302, 307, 308]) {
    stage.host.fault = () => ({ status, location });
    await expect(ask(server, stage)).rejects.toMatchObject({ code: 'missing' });
  }
  expect(elsewhere.host.requests).toEqual([]);
  for (const [status, code] of [
    [401, 'denied'],
    [403, 'denied'],
    [404, 'missing'],
    [503, 'unavailable'],
  ] as const) {
    stage.host.fault = () => ({ status });
    await expect(ask(server, stage)).rejects.toMatchObject({ code });
  }
  stage.host.fault = () => 'drop';
  await expect(ask(server, stage)).rejects.toMatchObject({ code: 'unavailable' });
});

it('what git says of a failure never holds the credential', async () => {
  await using opened = await openServer();
  const { stage, server } = opened;
  mkdirSync(join(stage.host.root, 'octo'), { recursive: true });
  stage.host.tokens.clear();
  const failure = await server.provePushable(stage.access).catch((thrown: unknown) => thrown);
  expect(failure).toBeInstanceOf(Error);
  const { cause, message } = failure instanceof Error ? failure : new Error('none');
  expect(`${message} ${String(cause)}`).not.toContain(stage.access.token);
});

import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { listCalls, serveCalls, showCall } from '../../../deploy/embedded/replay-calls.ts';
import { readReplayOptions } from '../../../deploy/embedded/replay-options.ts';
import { openStore } from '../../../prisma/store.ts';
import { aCall } from '../../contract/a-call.ts';
import { submitted } from '../../contract/store-subject.ts';

const PROJECT = path.join(import.meta.dirname, '../../..');
const ID = '123e4567-e89b-42d3-a456-426614174000';
const STREAM = 'event: response.completed\ndata: {"type":"response.completed"}\n\n';
const CALLS = [
  aCall(ID, { response: STREAM }),
  aCall(ID, { status: 429, model: null, usage: null, response: '{"error":{"message":"slow down"}}' }),
];

describe('the command line of replay', () => {
  test('names a run and what is wanted of it', () => {
    expect(readReplayOptions([ID])).toEqual({ id: ID, call: null, port: null });
    expect(readReplayOptions([ID, '--call', '2'])).toEqual({ id: ID, call: 2, port: null });
    expect(readReplayOptions(['--serve', '0', ID])).toEqual({ id: ID, call: null, port: 0 });
    expect(readReplayOptions(['--help'])).toBe('help');
  });

  test.each([
    ['no id', [], 'Name one run'],
    ['two ids', [ID, ID], 'Name one run'],
    ['a word instead of an id', ['latest'], 'latest is not the id'],
    ['an unknown option', [ID, '--all'], '--all'],
    ['call 0', [ID, '--call', '0'], '--call takes a whole number from 1'],
    ['half a call', [ID, '--call', '1.5'], 'not 1.5'],
    ['a port that is none', [ID, '--serve', '70000'], 'from 0 to 65535'],
    ['printing and serving', [ID, '--call', '1', '--serve', '0'], 'take one of them'],
  ])('is refused with %s, and it is said what is wrong', (_case, argv, words) => {
    expect(() => readReplayOptions(argv)).toThrow(words);
  });
});

test('calls are listed a line each and shown whole one by one', () => {
  const lines = listCalls(CALLS).split('\n');
  expect(lines).toHaveLength(2);
  expect(lines[0]).toBe('1  2026-11-23T10:02:00.789Z  1234 ms  200  gpt-5.1-codex  10 in, 5 out');
  expect(lines[1]).toContain('429  -  not counted');
  expect(showCall(CALLS, 1)).toBe(`> POST /v1/responses\n{"input":"fix it"}\n\n< 200\n${STREAM}`);
  expect(() => showCall(CALLS, 3)).toThrow(expect.objectContaining({ code: 'missing' }));
});

test('a served run answers as the model did, in order, with status and kind, and then no more', async () => {
  const served: number[] = [];
  await using model = await serveCalls(CALLS, 0, (number) => served.push(number));
  const ask = () => fetch(`${model.baseUrl}/responses`, { method: 'POST', body: '{}' });
  const first = await ask();
  expect([first.status, first.headers.get('content-type'), await first.text()]).toEqual([
    ...[200, 'text/event-stream', STREAM],
  ]);
  expect((await fetch(`${model.baseUrl}/models`)).status).toBe(404);
  const second = await ask();
  expect([second.status, second.headers.get('content-type')]).toEqual([429, 'application/json']);
  const third = await ask();
  expect([third.status, await third.text()]).toEqual([410, expect.stringContaining('all 2 recorded calls')]);
  expect(served).toEqual([1, 2]);
});

test('a run with an answer that was cut is not served', async () => {
  const cut = serveCalls([...CALLS, aCall(ID, { cut: true })], 0, () => undefined);
  await expect(cut).rejects.toMatchObject({ code: 'invalid', message: expect.stringContaining('Call 3') });
});

describe('npm run replay on an embedded database', () => {
  let directory: string;
  let ids: { readonly run: string; readonly request: string; readonly silent: string };
  beforeAll(async () => {
    directory = await mkdtemp(path.join(tmpdir(), 'replay-'));
    const { store } = await openStore({ kind: 'pglite', directory: path.join(directory, 'database') });
    const [{ run, request }, silent] = [await submitted(store), await submitted(store)];
    ids = { run: run.id, request: request.id, silent: silent.run.id };
    await store.modelCalls.recordCall(aCall(run.id, { response: STREAM }));
    await store.close();
  });
  afterAll(() => rm(directory, { recursive: true, force: true }));

  /** What it prints and complains of, and how it ends. */
  function replay(args: readonly string[], data = directory): Promise<{ code: number; out: string; err: string }> {
    const argv = ['--import', 'tsx', path.join(PROJECT, 'deploy/embedded/replay.ts'), ...args];
    const env = { PATH: process.env.PATH ?? '', DATA_DIRECTORY: data };
    return new Promise((resolve) => {
      const child = execFile(process.execPath, argv, { cwd: PROJECT, env }, (_, out, err) => {
        resolve({ code: child.exitCode ?? -1, out, err });
      });
    });
  }

  test('lists the calls of a run, and of the newest run of a request', async () => {
    const ofRun = await replay([ids.run]);
    expect(ofRun).toMatchObject({ code: 0, err: '' });
    expect(ofRun.out).toMatch(/^1 {2}.* 200 {2}gpt-5\.1-codex {2}10 in, 5 out\n$/);
    expect((await replay([ids.request, '--call', '1'])).out).toContain('{"input":"fix it"}');
  });

  test('says what is wrong, without a stack, and ends with 1', async () => {
    const unknown = randomUUID();
    const nowhere = path.join(directory, 'nowhere');
    for (const [args, words, data] of [
      [[unknown], `no run and no request ${unknown}`],
      [[ids.silent], 'has no recorded calls'],
      [[ids.run, '--call', '9'], 'There is no call 9; the run has 1.'],
      [['latest'], 'is not the id of a run or request'],
      [[ids.run], `There is no database in ${nowhere}/database`, nowhere],
    ] as const) {
      const { code, out, err } = await replay(args, data);
      expect([code, out], words).toEqual([1, '']);
      expect(err).toContain(words);
      expect(err).not.toMatch(/^\s+at /m);
    }
  });
});

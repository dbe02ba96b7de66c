import { expect, test } from 'vitest';
import { ownFrames } from '../../../app/telemetry/own-frames.ts';

const ROOT = new URL('file:///srv/astra%20forge/');

function thrown(message: string, stack: string): Error {
  return Object.assign(new Error(message), { stack });
}

test('frames are our own, innermost first, with paths as in the repository', () => {
  const stack = [
    'Error: no',
    '    at async claimRun (file:///srv/astra%20forge/prisma/run/claims.ts:12:7)',
    '    at Object.query (/srv/astra forge/node_modules/pg/lib/client.js:3:4)',
    '    at node:internal/process/task_queues:103:5',
    '    at /srv/astra forge/workers/consumer.ts:101:9',
    '    at new Held (file:///elsewhere/app/run.ts:1:1)',
    '    at Foo.<anonymous> (file:///srv/astra%20forge/app/http/server.ts:50:11)',
  ].join('\n');
  expect(ownFrames(thrown('no', stack), ROOT)).toEqual([
    { file: 'prisma/run/claims.ts', function: 'async claimRun', line: 12, column: 7 },
    { file: 'workers/consumer.ts', function: undefined, line: 101, column: 9 },
    { file: 'app/http/server.ts', function: 'Foo.<anonymous>', line: 50, column: 11 },
  ]);
});

const SECRET_FRAME = '\n    at secret (file:///srv/astra%20forge/app/a.ts:1:1)';

test.each([
  {
    what: 'a message that looks like frames',
    message: `x${SECRET_FRAME}`,
    stack: `Error: x${SECRET_FRAME}\n    at real (file:///srv/astra%20forge/app/b.ts:2:2)`,
    files: ['app/b.ts'],
  },
  {
    what: 'a message that was changed after the stack was made',
    message: 'other',
    stack: `Error: x${SECRET_FRAME}`,
    files: [],
  },
  {
    what: 'a way out of the tree',
    message: 'x',
    stack: 'Error: x\n    at a (file:///srv/astra%20forge/app/../../../etc/secret.ts:1:1)',
    files: [],
  },
  {
    what: 'a folder that is none of ours',
    message: 'x',
    stack: 'Error: x\n    at a (file:///srv/astra%20forge/secret/a.ts:1:1)',
    files: [],
  },
  { what: 'no stack', message: 'x', stack: '', files: [] },
])('$what leads to no frame that is not one', ({ message, stack, files }) => {
  expect(ownFrames(thrown(message, stack), ROOT).map(({ file }) => file)).toEqual(files);
});

test('what could be no name of a function is left out, and the place is kept', () => {
  const stack = 'Error: x\n    at words of a person (file:///srv/astra%20forge/app/a.ts:1:1)';
  expect(ownFrames(thrown('x', stack), ROOT)).toEqual([{ file: 'app/a.ts', function: undefined, line: 1, column: 1 }]);
});

import { createHash, randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { eventually } from '../contract/eventually.ts';
import type { GuestScene } from './guest-scene.ts';
import { textOf } from './guest-scene.ts';

const MANY_BYTES = 5 * 1024 * 1024;
const COMMANDS = 20;

/** What flows in and out of commands, of one and of many at a time. */
export function streamCases(scene: () => GuestScene): void {
  test('stdin of any bytes and size arrives whole and then ends', async () => {
    const bytes = randomBytes(MANY_BYTES);
    const exit = await scene().run(['sha256sum'], { stdin: bytes });
    expect(textOf(exit.stdout)).toContain(createHash('sha256').update(bytes).digest('hex'));
    expect(textOf((await scene().run(['cat'])).stdout)).toBe('');
  });

  test('5 MiB go through a command and come back as they were', async () => {
    const bytes = randomBytes(MANY_BYTES);
    const exit = await scene().run(['cat'], { stdin: bytes });
    expect([exit.exitCode, Buffer.compare(exit.stdout, bytes)]).toEqual([0, 0]);
  });

  test('a command that ends before it has read its stdin ends normally', async () => {
    const exit = await scene().run(['sh', '-c', 'exit 3'], { stdin: randomBytes(MANY_BYTES) });
    expect(exit).toMatchObject({ end: 'exited', exitCode: 3 });
  });

  test('output streams while the command still waits for input', async () => {
    const seen: string[] = [];
    async function* answerWhenAsked(): AsyncGenerator<Uint8Array> {
      await eventually(async () => seen.join('').includes('question'));
      yield Buffer.from('answer\n');
    }
    const script = 'echo question; read -r line; echo "got $line"';
    const onStdout = (chunk: Uint8Array): void => void seen.push(textOf(chunk));
    const exit = await scene().run(['sh', '-c', script], { stdin: answerWhenAsked(), onStdout });
    expect([exit.exitCode, exit.stdout.length, seen.join('')]).toEqual([0, 0, 'question\ngot answer\n']);
  });

  test('many commands at a time keep their input, output and exit codes apart', async () => {
    const numbers = Array.from({ length: COMMANDS }, (_, number) => number);
    const exits = await Promise.all(
      numbers.map((number) =>
        scene().run(['sh', '-c', `cat; seq 1 300 | sed "s/.*/${number}/" | sort -u >&2; exit ${number}`], {
          stdin: Buffer.from(`in ${number}`),
        }),
      ),
    );
    expect(exits.map(({ exitCode }) => exitCode)).toEqual(numbers);
    expect(exits.map(({ stdout }) => textOf(stdout))).toEqual(numbers.map((number) => `in ${number}`));
    expect(exits.map(({ stderr }) => textOf(stderr))).toEqual(numbers.map((number) => `${number}\n`));
  });

  test('a command that never reads its stdin holds up neither others nor its own end', async () => {
    const abort = new AbortController();
    let isUp = false;
    const deaf = scene().run(['sh', '-c', 'echo up; sleep 60'], {
      stdin: randomBytes(MANY_BYTES),
      signal: abort.signal,
      onStdout: () => void (isUp = true),
    });
    await eventually(async () => isUp);
    const bytes = randomBytes(MANY_BYTES);
    expect(Buffer.compare((await scene().run(['cat'], { stdin: bytes })).stdout, bytes)).toBe(0);
    const started = performance.now();
    abort.abort();
    expect((await deaf).end).toBe('aborted');
    expect(performance.now() - started).toBeLessThan(2_000);
  });

  test('a command that floods its output does not hold up another', async () => {
    const abort = new AbortController();
    let flooded = 0;
    const flood = scene().run(['yes'], {
      outputBytesMax: Number.MAX_SAFE_INTEGER,
      signal: abort.signal,
      onStdout: (chunk) => void (flooded += chunk.length),
    });
    await eventually(async () => flooded > MANY_BYTES);
    expect(await scene().sh('echo through')).toBe('through');
    abort.abort();
    // A sandbox process ends one whose reader falls too far behind before it is aborted.
    expect((await flood).end).toMatch(/^(aborted|output-limit)$/);
  });
}

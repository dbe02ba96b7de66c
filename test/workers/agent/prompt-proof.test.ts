import { describe, expect, test } from 'vitest';
import { aDiff, blockOf, blocksOf, oursOf, rendered } from './prompt-scene.ts';

describe('how the change will be proven', () => {
  const proof = { mode: 'require', suite: 'npm test', changed: 'node --test {files}', paths: ['test/'] } as const;
  const title = '## How the change will be proven';

  test('is told to who changes something, with the lines that will run', () => {
    for (const duty of [
      { kind: 'change' },
      { kind: 'fix', failedJobs: [] },
      { kind: 'carry-out', plan: 'Do.' },
    ] as const) {
      const prompt = rendered({ duty, proof });
      expect(oursOf(prompt)).toContain(title);
      expect(blockOf(prompt, 'COMMAND for test files')).toBe('node --test {files}');
      expect(blockOf(prompt, 'COMMAND for all tests')).toBe('npm test');
    }
    const bySuite = { mode: proof.mode, suite: proof.suite, paths: proof.paths };
    expect(blocksOf(rendered({ proof: bySuite })).map(([name]) => name)).not.toContain('COMMAND for test files');
  });

  test('is not told to who only plans or reviews, nor where nothing is to be proven', () => {
    const off = { ...proof, mode: 'off' } as const;
    const prompts = [rendered(), rendered({ proof: off }), rendered({ duty: { kind: 'plan' }, proof })];
    for (const prompt of [...prompts, rendered({ duty: { kind: 'review', diff: aDiff([]) }, proof })])
      expect(prompt).not.toContain(title);
  });
});

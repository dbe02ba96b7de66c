import { describe, expect, it } from 'vitest';
import { RepositoryConfig } from '#core/contracts/repository-config.ts';
import { configList, configSourceLine, type ServerSettings } from '#core/domain/rules/config-text.ts';

const server: ServerSettings = {
  limits: {
    timeoutMs: 1_800_000,
    idleMs: 900_000,
    outputBytesMax: 1_000,
    tokensMax: 500_000,
    costUsdMax: null,
    setUpTimeoutMs: 900_000,
    patchBytesMax: 5_000_000,
  },
  change: { filesMax: 300, allowed: new Set() },
  model: 'big',
  models: ['big', 'small'],
};
const list = (written: object, settings?: ServerSettings) =>
  configList(RepositoryConfig.parse(written), settings).split('\n');

describe('what a configuration means', () => {
  it('is told of the defaults', () => {
    expect(list({})).toEqual([
      '- begins by: commands, a mention',
      '- may begin a run: people with the role write or more',
      '- approval: none for people with write access, publish for everybody else, publish for alerts; those who asked may not approve',
      '- paths a change may touch: all',
      '- one change: the bounds of this installation',
      '- model: the one of this installation',
      '- one request: the bounds of this installation',
      '- workspace: the image of this installation, no set-up lines, no network',
      '- review: when asked for and of my own; paths: all; at most 100 files and 5000 lines; findings from minor on; fails from critical on',
      '- proof: off',
      '- own command words: none',
    ]);
  });

  it('is told with what counts in the end, where the operator’s settings are known', () => {
    const written = { caps: { tokens: 1_000, minutes: 500 }, limits: { files: 7 }, models_allowed: ['small', 'x'] };
    const told = list(written, server);
    expect(told).toContain('- one change: at most 7 files, 5,000,000 bytes of patch');
    expect(told).toContain('- one request: at most 1,000 tokens, 30 minutes a run');
    expect(told).toContain('- model: `small`, of `small`');
    const proof = { mode: 'require', suite: 'npm test', changed: 'node --test {files}' };
    expect(list({ proof }, server)).toContain(
      '- proof: required; all tests: `npm test`; changed tests: `node --test {files}`',
    );
    expect(list({ model: 'foreign' }, server).join('\n')).toContain('The model `foreign` may not be used here');
  });

  it('is short and harmless, whatever was written', () => {
    const labels = Array.from({ length: 20 }, (_, at) => `@ada \`<!-- ${at} --> ![x](http://x) ${'y'.repeat(200)}`);
    const egress = Array.from({ length: 100 }, (_, at) => `h${at}.example`);
    const text = list({ triggers: { labels }, egress, commands: { aliases: { '/ship': 'approve' } } }).join('\n');
    expect(text).not.toContain('<!--');
    expect(text).not.toContain('![');
    expect(text).toContain('`h19.example`, 80 more');
    expect(text).toContain('`/ship` (approve)');
    expect(text.split('\n')).toHaveLength(11);
    expect(text.length).toBeLessThan(10_000);
  });

  it('is told with where it came from and its version', () => {
    const path = '.github/astraforge.yml';
    expect(configSourceLine({ path, version: 'abcdef0123456789' })).toBe(
      'Configuration: `.github/astraforge.yml` on the default branch, version `abcdef012345`.',
    );
    expect(configSourceLine({ path: undefined, version: 'none' })).toContain('no configuration file');
  });
});

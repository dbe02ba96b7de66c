import { describe, expect, it } from 'vitest';
import { AppError } from '#core/domain/errors.ts';
import { readRepositoryConfig } from '#core/usecases/read-repository-config.ts';
import { parseYaml } from '../../../../workers/parse-yaml.ts';
import { aRequest } from '../domain/samples.ts';

const read = (text: string | undefined) =>
  readRepositoryConfig({ host: { readDefaultBranchFile: async () => text }, parseYaml }, aRequest().repo);

describe('a repository’s configuration', () => {
  it.each([
    ['no file', undefined],
    ['an empty file', ''],
    ['a file of comments', '# nothing yet\n'],
  ])('%s means the defaults', async (_, text) => {
    expect(await read(text)).toEqual({ kind: 'config', config: { setup: [], setup_files: [], egress: [] } });
  });

  it('is read as it is written', async () => {
    const text =
      'image: ghcr.io/acme/room:1\nsetup: [npm ci]\nsetup_files: [package-lock.json]\negress: [Registry.npmjs.org]\n';
    expect(await read(text)).toEqual({
      kind: 'config',
      config: {
        image: 'ghcr.io/acme/room:1',
        setup: ['npm ci'],
        setup_files: ['package-lock.json'],
        egress: ['registry.npmjs.org'],
      },
    });
  });

  it('with faults names every one of them, and where', async () => {
    const found = await read('egres: [a.example]\nsetup: npm ci\negress: [https://a.example, 10.0.0.1, b.example]\n');
    expect(found.kind).toBe('faulty');
    const message = found.kind === 'faulty' ? found.message : '';
    expect(message).toMatch(/^`\.astraforge\.yml` on the default branch/);
    expect(message).toMatch(/^- .*"egres"/m);
    expect(message).toMatch(/^- `setup`: .*array/m);
    expect(message).toMatch(/^- `egress\[0\]`: must be a host name/m);
    expect(message).toMatch(/^- `egress\[1\]`: must be a host name/m);
    expect(message).not.toContain('egress[2]');
  });

  it.each([
    ['what is not YAML', 'a: [', /line \d+: /],
    ['an alias', 'setup: &s [x]\nsetup_files: *s\n', /line 2: alias \*s is not taken/],
    ['a list', '- a\n', /expected object/],
    ['a word', 'yes', /expected object/],
  ])('%s is a fault and no error', async (_, text, fault) => {
    expect(await read(text)).toEqual({ kind: 'faulty', message: expect.stringMatching(fault) });
  });

  it('with very many or very long faults stays fit to be shown', async () => {
    const found = await read(`egress: [${'"-",'.repeat(100)}]\n${'k'.repeat(9_000)}: 1\n`);
    expect(found.kind === 'faulty' && found.message.length).toBeLessThan(12_000);
  });

  it('that is too large or no file is a fault; one that cannot be asked for is an error', async () => {
    const failing = (error: AppError) => {
      const readDefaultBranchFile = async (): Promise<never> => {
        throw error;
      };
      return readRepositoryConfig({ host: { readDefaultBranchFile }, parseYaml }, aRequest().repo);
    };
    expect(await failing(new AppError('invalid', 'it is larger than 65536 bytes'))).toMatchObject({ kind: 'faulty' });
    await expect(failing(new AppError('unavailable', 'GitHub is away'))).rejects.toMatchObject({ code: 'unavailable' });
  });
});

import { describe, expect, it } from 'vitest';
import { RepositoryConfig } from '#core/contracts/repository-config.ts';
import { AppError } from '#core/domain/errors.ts';
import { readRepositoryConfig } from '#core/usecases/config/read-repository-config.ts';
import { parseYaml } from '../../../../../workers/parse-yaml.ts';
import { aRequest } from '../../domain/samples.ts';

const PLACE = '.github/astraforge.yml';
const FORMER = '.astraforge.yml';
const { repo } = aRequest();
const sha256 = (content: string | Uint8Array) => `sha of ${String(content)}`;

type Files = Readonly<Record<string, string>>;
const readBy = (readDefaultBranchFile: (repo: unknown, path: string) => Promise<string | undefined>, where = repo) =>
  readRepositoryConfig({ host: { readDefaultBranchFile }, parseYaml, runtime: { sha256 } }, where);
const readFiles = (files: Files, where = repo) => readBy(async (_, path) => files[path], where);
const read = (text: string) => readFiles({ [PLACE]: text });
const defaults = RepositoryConfig.parse({});

describe('a repository’s configuration', () => {
  it('is all defaults without a file', async () => {
    const config = { kind: 'config', config: defaults, version: 'none', path: undefined };
    expect(await readFiles({})).toEqual(config);
  });

  it.each([
    ['an empty file', ''],
    ['a file of comments', '# nothing yet\n'],
  ])('%s means the defaults', async (_, text) => {
    expect(await read(text)).toMatchObject({ kind: 'config', config: defaults, path: PLACE });
  });

  it('is read as it is written', async () => {
    const text =
      'image: ghcr.io/acme/room:1\nsetup: [npm ci]\nsetup_files: [package-lock.json]\negress: [Registry.npmjs.org]\napproval: plan\n';
    expect(await read(text)).toMatchObject({
      kind: 'config',
      config: {
        image: 'ghcr.io/acme/room:1',
        setup: ['npm ci'],
        setup_files: ['package-lock.json'],
        egress: ['registry.npmjs.org'],
        approval: { default: 'plan', self: false },
      },
    });
  });

  it('is in the folder of the host, and in the root while there is none', async () => {
    const gitlab = { ...repo, provider: 'gitlab' as const };
    const files = { '.gitlab/astraforge.yml': 'model: a\n', [PLACE]: 'model: b\n' };
    expect(await readFiles(files, gitlab)).toMatchObject({ config: { model: 'a' }, path: '.gitlab/astraforge.yml' });
    expect(await readFiles(files)).toMatchObject({ config: { model: 'b' }, path: PLACE });
    expect(await readFiles({ [FORMER]: 'model: c\n' })).toMatchObject({ config: { model: 'c' }, path: FORMER });
  });

  it('at both places is a fault, so that nobody follows the one that does not count', async () => {
    const found = await readFiles({ [FORMER]: 'model: c\n', [PLACE]: 'model: b\n' });
    expect(found).toMatchObject({ kind: 'faulty', path: FORMER });
    expect(found.kind === 'faulty' && found.message).toContain('`.github/astraforge.yml` is there as well');
  });

  it('that is moved while it is read is found, at the one place or the other', async () => {
    const asked: string[] = [];
    const found = await readBy(async (_, path) => {
      asked.push(path);
      return path === (asked.length === 1 ? FORMER : PLACE) ? 'run_by: admin\n' : undefined;
    });
    expect(found).toMatchObject({ kind: 'config', config: { run_by: 'admin' }, path: PLACE });
    expect(asked).toEqual([FORMER, PLACE, FORMER]);
  });

  it('has another version with every change of its text or place', async () => {
    const versions = await Promise.all([
      read('model: a\n'),
      read('model: a \n'),
      readFiles({ [FORMER]: 'model: a\n' }),
      readFiles({}),
    ]);
    const texts = versions.map((found) => (found.kind === 'config' ? found.version : ''));
    expect(new Set(texts).size).toBe(4);
    expect(texts[0]).toBe('sha of .github/astraforge.yml\nmodel: a\n');
  });

  it('with faults names every one of them, and where', async () => {
    const found = await read('egres: [a.example]\nsetup: npm ci\negress: [https://a.example, 10.0.0.1, b.example]\n');
    const message = found.kind === 'faulty' ? found.message : '';
    expect(message.split('\n')).toEqual([
      '`.github/astraforge.yml` on the default branch is wrong, so nothing was begun:',
      '',
      '- line 1: `egres`: unknown key `egres`; did you mean `egress`?',
      '- line 2: `setup`: must be a list, not text',
      '- line 3: `egress[0]`: must be a host name such as registry.npmjs.org or *.example.com',
      '- line 3: `egress[1]`: must be a host name such as registry.npmjs.org or *.example.com',
    ]);
  });

  it.each([
    ['what is not YAML', 'a: [', /line \d+: /],
    ['an alias', 'setup: &s [x]\nsetup_files: *s\n', /line 2: alias \*s is not taken/],
    ['a list', '- a\n', /must be keys with values, not a list/],
    ['a word', 'yes', /must be keys with values, not text/],
  ])('%s is a fault and no error', async (_, text, fault) => {
    expect(await read(text)).toMatchObject({ kind: 'faulty', message: expect.stringMatching(fault) });
  });

  it('with very many or very long faults stays fit to be shown', async () => {
    const found = await read(`egress: [${'"-",'.repeat(100)}]\n${'k'.repeat(1_000)}: 1\n`);
    expect(found.kind === 'faulty' && found.faults.length).toBe(50);
    expect(found.kind === 'faulty' && found.message.length).toBeLessThan(12_000);
    expect(found.kind === 'faulty' && found.message).toContain('- and 71 more');
  });

  it('holds no live markup in its faults, whatever the keys are', async () => {
    const found = await read('"<!-- x --> @ada `code` ![i](http://x)": 1\n');
    const message = found.kind === 'faulty' ? found.message : '';
    expect(message).toContain('unknown key');
    expect(message).not.toContain('<!--');
    expect(message).not.toContain('![');
    expect(message.match(/`/g)?.length).toBeLessThan(40);
  });

  it('that is too large or no file is a fault; one that cannot be asked for is an error', async () => {
    const failing = (error: AppError) =>
      readBy(async () => {
        throw error;
      });
    expect(await failing(new AppError('invalid', 'it is larger than 65536 bytes'))).toMatchObject({ kind: 'faulty' });
    await expect(failing(new AppError('unavailable', 'GitHub is away'))).rejects.toMatchObject({ code: 'unavailable' });
  });
});

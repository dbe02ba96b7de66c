import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';

const PROJECT = path.join(import.meta.dirname, '..');
const FOLDERS = ['.', 'app', 'workers', 'sandbox', 'prisma', 'dashboard', 'deploy', 'docs', 'test'];
const NOT_OURS = /(?:^|\/)(?:node_modules|generated|fixtures|dist)\//;
const AGENTS_LINES_MAX = 119;
/** Below these a reader has lost sight of what it reads. Raise them as the documents grow. */
const DOCUMENTS_MIN = 20;
const LINKS_MIN = 150;
const PROMISES_MIN = 40;

/** A text file: its path from the project's root, and what it says. */
interface Document {
  readonly path: string;
  readonly text: string;
}

/** A promise of GUARANTEES.md; `proof` is the cell as written. */
interface Promised {
  readonly promise: string;
  readonly proof: string;
}

const UNPROVEN = /^no test yet\b/;

async function filesUnder(folder: string, ending: string): Promise<Document[]> {
  if (!existsSync(path.join(PROJECT, folder))) return [];
  const names = await readdir(path.join(PROJECT, folder), { recursive: folder !== '.' });
  const paths = names
    .map((name) => path.posix.join(folder, name))
    .filter((at) => at.endsWith(ending) && !NOT_OURS.test(at));
  return Promise.all(paths.map(async (at) => ({ path: at, text: await readFile(path.join(PROJECT, at), 'utf8') })));
}

function withoutCode(text: string): string {
  return text.replaceAll(/^ *(`{3,}|~{3,})[\s\S]*?^ *\1$/gm, '').replaceAll(/`[^`\n]*`/g, '');
}

function linksOf({ text }: Document): string[] {
  const targets = [...withoutCode(text).matchAll(/\]\(([^)\s]+)\)/g)].map((link) => link[1] ?? '');
  return targets.filter((target) => !/^(?:https?|mailto):/.test(target));
}

/** Anchors of a document's headings, as GitHub makes them. */
function anchorsOf(text: string): Set<string> {
  const headings = [...text.matchAll(/^#+ (.*)$/gm)].map((heading) => heading[1] ?? '');
  return new Set(
    headings.map((title) =>
      title
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
        .replaceAll(' ', '-'),
    ),
  );
}

/** Links that lead nowhere: no such file, or no such heading in it. */
async function brokenLinks(document: Document): Promise<string[]> {
  const broken: string[] = [];
  for (const target of linksOf(document)) {
    const [file = '', anchor] = target.split('#');
    const at = file === '' ? document.path : path.join(path.dirname(document.path), file);
    const full = path.join(PROJECT, at);
    if (!existsSync(full)) broken.push(`${document.path}: ${target}`);
    else if (anchor !== undefined && !anchorsOf(await readFile(full, 'utf8')).has(anchor))
      broken.push(`${document.path}: ${target} (no such heading)`);
  }
  return broken;
}

/** Paths in backticks that begin with a folder of the tree; what has a placeholder or a wildcard is no path. */
function missingPaths({ path: at, text }: Document): string[] {
  const spans = [...text.matchAll(/`((?:app|workers|sandbox|prisma|deploy|test|docs|\.ci)\/[^`\s]*)`/g)];
  const paths = spans.map((span) => span[1] ?? '').filter((span) => !/[<>*{}…]/.test(span));
  return paths.filter((span) => !existsSync(path.join(PROJECT, span))).map((span) => `${at}: ${span}`);
}

/** The rows of the table of promises, less its head and its headings (bold, with an empty cell beside). */
function promisesOf(text: string): Promised[] {
  const rows = [...text.matchAll(/^\| (.+?) \| (.*?) ?\|$/gm)].map(([, promise = '', proof = '']) => ({
    promise,
    proof,
  }));
  return rows.filter(({ promise, proof }) => promise !== 'promise' && !(promise.startsWith('**') && proof === ''));
}

/** What is wrong with a promise; `read` gives the text of a file of the project, undefined when there is none. */
function faultsOf({ promise, proof }: Promised, read: (file: string) => string | undefined): string[] {
  if (UNPROVEN.test(proof)) return [];
  const parts = proof.split(/; (?=\[)/).map((part) => /^\[[^\]]+\]\(([^)]+)\) (`[^`]+`(?:, `[^`]+`)*)$/.exec(part));
  return parts.flatMap((part) => {
    const [, file = '', names = ''] = part ?? [];
    const source = part === null ? undefined : read(file);
    if (source === undefined) return [`${promise} names no test that can be read: ${proof}`];
    const quoted = [...names.matchAll(/`([^`]+)`/g)].map((name) => name[1] ?? '');
    return quoted.filter((name) => !declaresTest(source, name)).map((name) => `${file} has no test '${name}'`);
  });
}

/** Whether a test or suite of this very name is declared, and neither switched off nor in a comment. */
function declaresTest(source: string, name: string): boolean {
  const text = source.replaceAll(String.raw`\'`, "'");
  const ways = ["'", '"', '`'].map((quote) => text.indexOf(quote + name + quote)).filter((at) => at >= 0);
  return ways.some((at) => {
    const before = text.slice(0, at);
    const line = before.slice(before.lastIndexOf('\n') + 1);
    return /[(,]\s*$/.test(before) && !/\.(?:skip|todo|fails)\(\s*$/.test(before) && !/^\s*(?:\/\/|\*)/.test(line);
  });
}

let documents: Document[];
let sources: ReadonlyMap<string, string>;

beforeAll(async () => {
  documents = (await Promise.all(FOLDERS.map((folder) => filesUnder(folder, '.md')))).flat();
  sources = new Map((await filesUnder('test', '.ts')).map(({ path: at, text }) => [at, text]));
});

const textOf = (file: string): string => documents.find((document) => document.path === file)?.text ?? '';

describe('the documents', () => {
  test('have no link that leads nowhere', async () => {
    expect(documents.length).toBeGreaterThanOrEqual(DOCUMENTS_MIN);
    expect(documents.flatMap(linksOf).length).toBeGreaterThanOrEqual(LINKS_MIN);
    expect((await Promise.all(documents.map(brokenLinks))).flat()).toEqual([]);
  });

  test('name no path that is not there', () => {
    expect(documents.flatMap(missingPaths)).toEqual([]);
  });

  test('keep AGENTS.md short enough to be read whole', () => {
    const lines = textOf('AGENTS.md').trimEnd().split('\n').length;
    expect(lines).toBeGreaterThan(1);
    expect(lines).toBeLessThanOrEqual(AGENTS_LINES_MAX);
  });
});

describe('GUARANTEES.md', () => {
  test('quotes tests that exist, or says that there is none', () => {
    const promises = promisesOf(textOf('GUARANTEES.md'));
    expect(promises.length).toBeGreaterThanOrEqual(PROMISES_MIN);
    expect(promises.flatMap((promised) => faultsOf(promised, (file) => sources.get(file)))).toEqual([]);
  });

  test('names only suites that vitest runs', () => {
    const named = new Set([...textOf('GUARANTEES.md').matchAll(/\]\((test\/[^)]+)\)/g)].map((link) => link[1] ?? ''));
    const run = [...named].filter((file) => !file.endsWith('.test.ts'));
    const imported = (file: string) => [...sources.values()].some((text) => text.includes(`/${path.basename(file)}'`));
    expect(run.filter((file) => !imported(file))).toEqual([]);
  });
});

describe('a fault is noticed:', () => {
  const document = (text: string): Document => ({ path: 'docs/planted.md', text });

  test.each(['[a](nowhere.md)', '[a](../README.md#nowhere)', '[a](#nowhere)'])('the link %s', async (text) => {
    expect(await brokenLinks(document(text))).toHaveLength(1);
  });

  test.each(['[a](../README.md#astraforge)', '`[a](nowhere.md)`', '[a](https://example.org/x)'])(
    'and %s is none',
    async (text) => {
      expect(await brokenLinks(document(text))).toEqual([]);
    },
  );

  test('a path that is not there', () => {
    expect(missingPaths(document('see `app/nowhere.ts`, `app/vcs/<host>/` and `app/main.ts`'))).toHaveLength(1);
  });

  test.each([
    ['a test under another name', '[a](test/a.test.ts) `never fails`'],
    ['a test that is switched off', '[a](test/a.test.ts) `sleeps`'],
    ['a test in a comment', '[a](test/a.test.ts) `was here`'],
    ['a file that is not there', '[a](test/b.test.ts) `holds`'],
    ['one of two names', '[a](test/a.test.ts) `holds`, `does not`'],
    ['words in place of a test', 'surely'],
    ['nothing', ''],
  ])('%s', (_what, proof) => {
    const source = "test('holds', () => {});\ntest.skip('sleeps', () => {});\n// test('was here', () => {});\n";
    const read = (file: string) => (file === 'test/a.test.ts' ? source : undefined);
    const [promised] = promisesOf(`| promise | proof |\n|---|---|\n| It holds. | ${proof} |\n`);
    expect(faultsOf(promised ?? { promise: '', proof: '' }, read)).toHaveLength(1);
    expect(faultsOf({ promise: '', proof: '[a](test/a.test.ts) `holds`' }, read)).toEqual([]);
  });
});

import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';

const ROOT = path.join(import.meta.dirname, '../../..');
const CODE = ['app', 'workers', 'sandbox', 'prisma', 'deploy'];
const PUBLIC_HOSTS = /\b(?:[\w-]+\.)*(?:github|gitlab|githubusercontent)\.com\b/gi;

/** Where a public host is named that is not merely a source in a comment, and why that is no host we would call. */
const KNOWN: Readonly<Record<string, readonly string[]>> = {
  'app/vcs/github/wire/variables.ts': ['api.github.com', 'github.com'], // defaults of GITHUB_API_URL and GITHUB_SERVER_URL
  'app/vcs/gitlab/wire/variables.ts': ['gitlab.com'], // default of GITLAB_URL
  'app/vcs/github/thread/images.ts': ['github.com', '.githubusercontent.com'], // github.com keeps attachments at a host of another name
  'deploy/embedded/main.ts': ['github.com'], // words about where PUBLIC_URL has to be reachable from
};

function sources(): string[] {
  return CODE.flatMap((folder) =>
    readdirSync(path.join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.(?:ts|mjs|py|sh)$/.test(name) && !/(?:^|\/)(?:generated|node_modules)\//.test(name))
      .map((name) => `${folder}/${name}`),
  );
}

/** Code less its comments, which name where an outside fact comes from. */
function codeOf(text: string): string {
  return text.replace(/\/\*[^]*?\*\//g, '').replace(/(?:^|\s)\/\/ .*$/gm, '');
}

test('no address of a public Git host is in the code but as the default of a variable', () => {
  const files = sources();
  expect(files.length).toBeGreaterThan(400);
  const found = files.flatMap((file) => {
    const names = codeOf(readFileSync(path.join(ROOT, file), 'utf8')).match(PUBLIC_HOSTS) ?? [];
    return names.length === 0 ? [] : [[file, [...new Set(names)]] as const];
  });
  const bare = (names: readonly string[]) => names.map((name) => name.replace(/^\./, '')).toSorted();
  expect(Object.fromEntries(found.map(([file, names]) => [file, bare(names)]))).toEqual(
    Object.fromEntries(Object.entries(KNOWN).map(([file, names]) => [file, bare(names)])),
  );
});

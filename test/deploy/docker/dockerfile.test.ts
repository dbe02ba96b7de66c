import { readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
const dockerfile = read('deploy/docker/Dockerfile');
/** Which dependencies of package.json the Dockerfile leaves out, and which alone a process keeps. */
const leftOut = [...dockerfile.matchAll(/dependencies\.([\w-]+)(?=[ \n])/g)].map(([, name]) => name ?? '');
const keptBy = (id: string): string[] => {
  const list = /kept = \[([^\]]+)\]/.exec(stage(dockerfile, `${id}-packages`).join('\n'))?.[1] ?? '';
  return [...list.matchAll(/'([^']+)'/g)].map(([, name]) => name ?? '');
};

/** The instructions of a stage, continued lines joined. */
function stage(text: string, name: string): string[] {
  const body = text.split(/^FROM /m).find((part) => part.split('\n')[0]?.endsWith(name)) ?? '';
  const joined = body.replaceAll(/\\\n\s*/g, ' ');
  return joined.split('\n').filter((line) => /^[A-Z]+ /.test(line));
}

/** Everything `entry` loads when it runs: files of ours, and names of packages. */
function loadedBy(entry: string, files = new Set<string>(), packages = new Set<string>()) {
  if (files.has(entry)) return { files, packages };
  files.add(entry);
  if (entry.startsWith('prisma/generated/')) return { files, packages };
  const code = read(entry)
    .replaceAll(/^import type .*$/gm, '')
    .replaceAll(/^import type \{[^}]*\} from .*$/gm, '');
  for (const [, , target = ''] of code.matchAll(/(?:from |import\(|^import )(['"])([^'"]+)\1/gm)) {
    if (target.startsWith('#core/')) loadedBy(target.replace('#core/', 'app/core/'), files, packages);
    else if (target.startsWith('.')) loadedBy(relative(ROOT, join(ROOT, dirname(entry), target)), files, packages);
    else if (/^[@\w]/.test(target) && !target.startsWith('node:'))
      packages.add(/^(?:@[^/]+\/)?[^/]+/.exec(target)?.[0] ?? target);
  }
  return { files, packages };
}

const Package = z.object({ dependencies: z.record(z.string(), z.string()) });
const declared = Object.keys(Package.parse(JSON.parse(read('package.json'))).dependencies);

describe('deploy/docker/Dockerfile', () => {
  test.each([
    ['app', 'app/main.ts', declared.filter((name) => !leftOut.includes(name))],
    ['workers', 'workers/main.ts', declared.filter((name) => !leftOut.includes(name))],
    ['sandbox', 'sandbox/main.ts', keptBy('sandbox')],
    ['gateway', 'workers/gateway-main.ts', keptBy('gateway')],
  ] as const)('puts everything that %s loads into its image', (id, root, installed) => {
    const copied = stage(dockerfile, id).flatMap((line) => /^COPY (?:--from=\S+ )?(\S+) (\S+)$/.exec(line)?.[2] ?? []);
    const { files, packages } = loadedBy(root);
    expect(files.size).toBeGreaterThan(15);
    expect([...files].filter((file) => !copied.some((directory) => file.startsWith(`${directory}/`)))).toEqual([]);
    expect([...packages].filter((name) => !installed.includes(name))).toEqual([]);
    expect(packages.size).toBeGreaterThan(2);
  });

  test('leaves the generator, the TypeScript loader and Codex out of the processes', () => {
    expect(leftOut.toSorted()).toEqual(['prisma', 'tsx']);
    const installs = dockerfile
      .split('\n')
      .filter((line) => line.includes('npm install') && line.includes('--omit=dev'));
    expect(installs).toHaveLength(4);
    for (const line of installs) expect(line).toContain('--omit=optional');
  });

  test('ends app, workers and gateway as a user who is not root', () => {
    for (const id of ['app', 'workers', 'gateway'])
      expect(stage(dockerfile, id).findLast((line) => line.startsWith('USER '))).toBe('USER 10002:10002');
    expect(read('deploy/docker/sandbox-entrypoint.sh')).toMatch(/^owner=10002$/m);
  });

  test('makes the same room for agents as sandbox/image/Dockerfile does', () => {
    const here = stage(dockerfile, 'workspace');
    const there = stage(read('sandbox/image/Dockerfile'), '${BASE_IMAGE}');
    const facts = [
      /^ARG PACKAGES=.*/,
      /useradd --uid.* agent/,
      /mkdir -p \/workspace.*chown agent:agent \/workspace/,
      /^USER .*/,
      /^WORKDIR .*/,
      /^LABEL astraforge.workspace=.*/,
      /^ENTRYPOINT .*/,
    ];
    for (const fact of facts) {
      const found = [here, there].map((lines) =>
        lines.map((line) => fact.exec(line)?.[0]).find((match) => match !== undefined),
      );
      expect(found[0], String(fact)).toBe(found[1]);
      expect(found[0], String(fact)).toBeDefined();
    }
    for (const path of ['/opt/codex', '/opt/astraforge/']) {
      expect(
        [here, there].map((lines) => lines.some((line) => line.startsWith('COPY ') && line.endsWith(` ${path}`))),
      ).toEqual([true, true]);
    }
  });
});

import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type Docker from 'dockerode';
import { AppError } from '#core/domain/errors.ts';
import { followEngine, hasImage, pullImage } from './image-engine.ts';
import { hasHostProgram, runHostProgram } from '../host-program.ts';

/** What a base is made with; `workDirectory` is an empty place for its archive. */
export interface BaseRequest {
  readonly docker: Docker;
  readonly packages: readonly string[];
  readonly workDirectory: string;
  readonly onProgress: (line: string) => void;
}

/** The usual base, when it can be had. */
const PUBLISHED_BASE = 'debian:bookworm-slim';
const OWN_BASE_REPOSITORY = 'astraforge/workspace-base';
/** Milliseconds to fetch and unpack about 100 packages over a slow line. */
const BOOTSTRAP_TIMEOUT_MS = 900_000;
const LEFT_OUT = ['/usr/share/man/*', '/usr/share/doc/*', '/usr/share/info/*', '/usr/share/locale/*'];
const KEPT = '/usr/share/doc/*/copyright';

/**
 * The name of a Debian base image on the engine: the published one, pulled if need be, else one made here from the
 * packages that this machine's own apt sources offer. Throws AppError `unavailable` with what to do when none works.
 */
export async function ensureBaseImage(request: BaseRequest): Promise<string> {
  const { docker, onProgress } = request;
  const suite = readSuite();
  const tag = `${suite}-${digestOf(request.packages)}`;
  const own = `${OWN_BASE_REPOSITORY}:${tag}`;
  for (const name of [PUBLISHED_BASE, own]) {
    if (await hasImage(docker, name)) return name;
  }
  onProgress(`pulling ${PUBLISHED_BASE}`);
  if (await pullImage(docker, PUBLISHED_BASE, onProgress)) return PUBLISHED_BASE;
  onProgress(`${PUBLISHED_BASE} cannot be pulled; making a base image from Debian packages (about half a minute)`);
  const archive = await bootstrap(suite, request);
  await followEngine(docker, await docker.importImage(archive, { repo: OWN_BASE_REPOSITORY, tag }), () => undefined);
  return own;
}

async function bootstrap(suite: string, { packages, workDirectory }: BaseRequest): Promise<string> {
  const archive = join(workDirectory, 'base.tar');
  const sources = aptSources(suite);
  if (await hasHostProgram('mmdebstrap')) {
    const filters = [...LEFT_OUT.map((path) => `path-exclude=${path}`), `path-include=${KEPT}`];
    const options = [...filters.map((filter) => `--dpkgopt=${filter}`), '--aptopt=Acquire::Languages "none"'];
    const base = ['--quiet', '--variant=minbase', `--include=${packages.join(',')}`, ...options];
    await runHostProgram({
      argv: ['mmdebstrap', ...base, suite, archive, ...sources],
      timeoutMs: BOOTSTRAP_TIMEOUT_MS,
    });
    return archive;
  }
  if (!(await hasHostProgram('debootstrap'))) {
    throw new AppError(
      'unavailable',
      `No base image: ${PUBLISHED_BASE} cannot be pulled and there is no mmdebstrap. Install it (apt-get install mmdebstrap), or set PROVISIONER=local.`,
    );
  }
  const root = join(workDirectory, 'base');
  await mkdir(root);
  const mirror = sources.map(firstMirror).find((found) => found !== null);
  const target = [suite, root, ...(mirror ? [mirror] : [])];
  const debootstrap = ['--variant=minbase', `--include=${packages.join(',')}`, ...target];
  await runHostProgram({ argv: ['debootstrap', ...debootstrap], timeoutMs: BOOTSTRAP_TIMEOUT_MS });
  await runHostProgram({ argv: ['tar', '-C', root, '-cf', archive, '.'], timeoutMs: BOOTSTRAP_TIMEOUT_MS });
  return archive;
}

/** A base that lacks a package would need a network to get it, so one with other packages is another base. */
function digestOf(packages: readonly string[]): string {
  return createHash('sha256').update(packages.join('\n')).digest('hex').slice(0, 8);
}

/** Code name of this machine's Debian or derivative; `bookworm` elsewhere. Source: os-release(5). */
function readSuite(): string {
  const release = existsSync('/etc/os-release') ? readFileSync('/etc/os-release', 'utf8') : '';
  return /^VERSION_CODENAME="?([a-z]+)"?$/m.exec(release)?.[1] ?? 'bookworm';
}

/** The distribution's own source files; third parties' sources beside them are not for a base. */
function aptSources(suite: string): string[] {
  const files = [
    '/etc/apt/sources.list',
    '/etc/apt/sources.list.d/debian.sources',
    '/etc/apt/sources.list.d/ubuntu.sources',
  ];
  return files.filter(
    (path) => existsSync(path) && new RegExp(`^(deb|Suites:)[^#]*\\b${suite}\\b`, 'm').test(readFileSync(path, 'utf8')),
  );
}

function firstMirror(path: string): string | null {
  return /^(?:URIs:|deb(?: +\[[^\]]*\])?) +(\S+)/m.exec(readFileSync(path, 'utf8'))?.[1] ?? null;
}

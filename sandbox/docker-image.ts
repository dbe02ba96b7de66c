import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type Docker from 'dockerode';
import { AppError } from '#core/domain/errors.ts';
import { ensureBaseImage } from './docker-image-base.ts';
import { fillBuildContext, imageRecipe, WORKSPACE_PACKAGES } from './docker-image-context.ts';
import { followEngine, findImage, pullImage } from './docker-image-engine.ts';

/** Which image, and where one line per step goes while it is being made. */
export interface ImageSettings {
  readonly image: string;
  /** Whether the image may be built here when it is not there; if not, it is pulled. */
  readonly own: boolean;
  readonly onProgress: (line: string) => void;
}

const LABEL_RECIPE = 'astraforge.recipe';
const STEP = /^Step \d+\/\d+/;

/**
 * Makes sure the engine has the workspace image. One that an operator named is taken as it is, or pulled. Our own is
 * built, from a Debian base (docker-image-base.ts) and the installed Codex CLI, when it is absent or was built by this code
 * from other parts than today's: about 40 s from nothing, 12 s on an existing base, 720 MB. Throws AppError `unavailable` with what to do.
 */
export async function ensureImage(docker: Docker, settings: ImageSettings): Promise<void> {
  const { image, own, onProgress } = settings;
  const found = await findImage(docker, image);
  if (!own) return found === null ? pullNamed(docker, settings) : undefined;
  const builtFrom = found?.labels[LABEL_RECIPE];
  if (found !== null && (builtFrom === undefined || builtFrom === (await imageRecipe()))) return;
  onProgress(`building ${image}`);
  await buildImage(docker, settings);
  if (found !== null) await removeReplaced(docker, found.id);
}

async function pullNamed(docker: Docker, { image, onProgress }: ImageSettings): Promise<void> {
  onProgress(`pulling ${image}`);
  if (await pullImage(docker, image, onProgress)) return;
  throw new AppError(
    'unavailable',
    `The image ${image} is not here and cannot be pulled. Check CODEX_WORKSPACE_IMAGE.`,
  );
}

/** 720 MB that nothing names any more; the engine refuses while a container still uses it, and that is fine. */
async function removeReplaced(docker: Docker, id: string): Promise<void> {
  await docker
    .getImage(id)
    .remove()
    .catch(() => undefined);
}

async function buildImage(docker: Docker, { image, onProgress }: ImageSettings): Promise<void> {
  const started = performance.now();
  const workDirectory = await mkdtemp(join(tmpdir(), 'astraforge-image-'));
  try {
    const context = join(workDirectory, 'context');
    await mkdir(context);
    const filled = fillBuildContext(context, onProgress);
    const packages = [...WORKSPACE_PACKAGES];
    const base = ensureBaseImage({ docker, packages, workDirectory, onProgress });
    await Promise.allSettled([filled, base]);
    await filled;
    onProgress(`building ${image} on ${await base}`);
    await sendBuild(docker, context, {
      t: image,
      forcerm: true,
      labels: { [LABEL_RECIPE]: await imageRecipe() },
      buildargs: { BASE_IMAGE: await base, PACKAGES: packages.join(' ') },
      onProgress,
    });
    onProgress(`built ${image} in ${Math.round((performance.now() - started) / 1000)} s`);
  } finally {
    await rm(workDirectory, { recursive: true, force: true });
  }
}

interface Build extends Docker.ImageBuildOptions {
  readonly onProgress: (line: string) => void;
}

async function sendBuild(docker: Docker, context: string, { onProgress, ...options }: Build): Promise<void> {
  const parts = ['Dockerfile', 'forward.mjs', 'codex', 'node', 'npm'];
  const tar = spawn('tar', ['-C', context, '--owner=0', '--group=0', '-c', ...parts], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const answer = await docker.buildImage(tar.stdout, options);
  await followEngine(docker, answer, (line) => {
    if (STEP.test(line)) onProgress(line);
  });
}

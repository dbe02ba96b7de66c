import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type Docker from 'dockerode';
import { ensureBaseImage } from './docker-image-base.ts';
import { fillBuildContext, imageRecipe, WORKSPACE_PACKAGES } from './docker-image-context.ts';
import { OWN_IMAGE } from './limits.ts';
import { followEngine, findImage, pullImage } from './docker-image-engine.ts';

/** Which image, and where one line per step goes while it is being made. */
export interface ImageSettings {
  readonly image: string;
  readonly onProgress: (line: string) => void;
}

const LABEL_RECIPE = 'astraforge.recipe';
const STEP = /^Step \d+\/\d+/;

/**
 * Makes sure the engine has the workspace image. One that is there is taken, unless we built it here from other parts
 * than today's. Else it is pulled if an operator named it, and else built from a Debian base (docker-image-base.ts) and the installed Codex CLI: about
 * 40 s from nothing, 12 s on an existing base, 720 MB. Throws AppError `unavailable` with what to do.
 */
export async function ensureImage(docker: Docker, settings: ImageSettings): Promise<void> {
  const { image, onProgress } = settings;
  const found = await findImage(docker, image);
  const builtFrom = found?.labels[LABEL_RECIPE];
  if (found !== null && (builtFrom === undefined || builtFrom === (await imageRecipe()))) return;
  if (found === null && image !== OWN_IMAGE) {
    onProgress(`pulling ${image}`);
    if (await pullImage(docker, image, onProgress)) return;
    onProgress(`${image} cannot be pulled; building it here`);
  }
  await buildImage(docker, settings);
  if (found !== null) await removeReplaced(docker, found.id);
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

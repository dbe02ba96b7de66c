import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type Docker from 'dockerode';
import { ensureBaseImage } from './image-base.ts';
import { fillBuildContext, IMAGE_FILES, imageRecipe, WORKSPACE_PACKAGES } from './image-context.ts';
import { followEngine } from './image-engine.ts';

/** Label of an image built by this code: a digest of everything it was built from. */
export const LABEL_RECIPE = 'astraforge.recipe';

const STEP = /^Step \d+\/\d+/;

/** What to build, and who hears of each step. */
export interface BuildRequest {
  readonly image: string;
  readonly onProgress: (line: string) => void;
}

/** Builds our own image under that name. Throws AppError `unavailable` with what to do. */
export async function buildImage(docker: Docker, { image, onProgress }: BuildRequest): Promise<void> {
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
  const parts = [...IMAGE_FILES, 'codex', 'node', 'npm'];
  const tar = spawn('tar', ['-C', context, '--owner=0', '--group=0', '-c', ...parts], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const answer = await docker.buildImage(tar.stdout, options);
  await followEngine(docker, answer, (line) => {
    if (STEP.test(line)) onProgress(line);
  });
}

import type Docker from 'dockerode';
import { AppError } from '#core/domain/errors.ts';
import { askEngine, ENGINE_CHANGE_TIMEOUT_MS } from './ask.ts';
import { buildImage, LABEL_RECIPE } from './image-build.ts';
import { imageRecipe } from './image-context.ts';
import { findImage, pullImage } from './image-engine.ts';
import type { EngineImage } from './image-engine.ts';

/** Which image, and where one line per step goes while it is being made or fetched. */
export interface ImageSettings {
  readonly image: string;
  /** Whether the image may be built here when it is not there; if not, it is pulled. */
  readonly own: boolean;
  readonly onProgress: (line: string) => void;
}

const LABEL_WORKSPACE = 'astraforge.workspace';
/** Version of what the host and the daemon in the image say to each other; `image/Dockerfile` sets it. */
const WORKSPACE_VERSION = '1';

/**
 * Makes sure the engine has a workspace image and says which one it is. One that somebody named is taken as it is, or
 * pulled, and never built. Our own is built, from a Debian base (docker/image-base.ts) and the installed Codex CLI, when it
 * is absent, or not of this version, or was built by this code from other parts than today's: about 40 s from nothing,
 * 12 s on an existing base, 720 MB. Throws AppError `unavailable` with what to do, and `invalid` for an image of something else.
 */
export async function ensureImage(docker: Docker, settings: ImageSettings): Promise<EngineImage> {
  const { image, own } = settings;
  const found = await findImage(docker, image);
  if (!own) return requireWorkspace(image, found ?? (await pullNamed(docker, settings)));
  if (found !== null && isWorkspace(found) && (await isCurrent(found))) return found;
  settings.onProgress(`building ${image}`);
  await buildImage(docker, settings);
  if (found !== null) await removeReplaced(docker, found.id);
  return requireWorkspace(image, await requireImage(docker, image));
}

/** One without a recipe was brought by somebody, who knows why. */
async function isCurrent({ labels }: EngineImage): Promise<boolean> {
  const builtFrom = labels[LABEL_RECIPE];
  return builtFrom === undefined || builtFrom === (await imageRecipe());
}

function isWorkspace({ labels }: EngineImage): boolean {
  return labels[LABEL_WORKSPACE] === WORKSPACE_VERSION;
}

function requireWorkspace(image: string, found: EngineImage): EngineImage {
  if (found.hasVolumes) {
    throw new AppError(
      'invalid',
      `The image ${image} declares volumes, whose size nothing bounds. Build it without VOLUME.`,
    );
  }
  if (isWorkspace(found)) return found;
  throw new AppError(
    'invalid',
    `The image ${image} is no workspace image of this version. Build it FROM the workspace image of this installation (docs/runbooks/workspace-image.md).`,
  );
}

async function pullNamed(docker: Docker, { image, onProgress }: ImageSettings): Promise<EngineImage> {
  onProgress(`pulling ${image}`);
  if (await pullImage(docker, image, onProgress)) return requireImage(docker, image);
  throw new AppError(
    'unavailable',
    `The image ${image} is not here and cannot be pulled. Check CODEX_WORKSPACE_IMAGE, or the image in the repository's configuration.`,
  );
}

async function requireImage(docker: Docker, image: string): Promise<EngineImage> {
  const found = await findImage(docker, image);
  if (found !== null) return found;
  throw new AppError('unavailable', `The image ${image} was removed while it was prepared.`);
}

/** 720 MB that nothing names any more; the engine refuses while a container still uses it, and that is fine. */
async function removeReplaced(docker: Docker, id: string): Promise<void> {
  const ask = (abortSignal: AbortSignal): Promise<unknown> => docker.getImage(id).remove({ abortSignal });
  const removal = { action: 'remove a replaced image', timeoutMs: ENGINE_CHANGE_TIMEOUT_MS, ask };
  await askEngine(removal).catch(() => undefined);
}

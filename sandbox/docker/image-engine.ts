import type Docker from 'dockerode';
import type { ImageInspectInfo } from 'dockerode';
import { AppError } from '#core/domain/errors.ts';
import { askEngine, ENGINE_QUESTION_TIMEOUT_MS } from './ask.ts';
import { engineStatus, toEngineError } from './errors.ts';

/** An image that the engine has. */
export interface EngineImage {
  /** Digest of the image's configuration; names exactly one image, whatever tags move. */
  readonly id: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Variables that the image itself sets. */
  readonly env: Readonly<Record<string, string>>;
  /** Whether a container of it gets writable places on the engine's disk without asking (`VOLUME`). */
  readonly hasVolumes: boolean;
}

/** Null when the engine does not have it. Throws AppError `unavailable` when the engine is silent. */
export async function findImage(docker: Docker, name: string): Promise<EngineImage | null> {
  const action = `look for image ${name}`;
  try {
    const ask = (): Promise<ImageInspectInfo> => docker.getImage(name).inspect();
    const found = await askEngine({ action, timeoutMs: ENGINE_QUESTION_TIMEOUT_MS, ask });
    const { Labels: labels, Env: env, Volumes: volumes } = found.Config;
    return {
      id: found.Id,
      labels: labels ?? {},
      env: variablesOf(env ?? []),
      hasVolumes: Object.keys(volumes ?? {}).length > 0,
    };
  } catch (thrown) {
    if (engineStatus(thrown) === 404) return null;
    throw toEngineError(thrown, action);
  }
}

/** True when the engine has the image. */
export async function hasImage(docker: Docker, name: string): Promise<boolean> {
  return (await findImage(docker, name)) !== null;
}

/** False when it cannot be pulled, for whatever reason: no network, no such image, no permission. */
export async function pullImage(docker: Docker, name: string, onProgress: (line: string) => void): Promise<boolean> {
  try {
    await followEngine(docker, await docker.pull(name), onProgress);
    return true;
  } catch {
    return false;
  }
}

/**
 * Waits for one of the engine's long answers (pull, build, import), which report failure inside a stream that itself
 * succeeds. Throws AppError `unavailable` with the engine's reason as cause.
 */
export async function followEngine(
  docker: Docker,
  stream: NodeJS.ReadableStream,
  onProgress: (line: string) => void,
): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    let failure: string | undefined;
    const finish = (error: Error | null): void => {
      if (error === null && failure === undefined) resolve();
      else
        reject(
          new AppError('unavailable', 'the container engine did not finish the image', {
            cause: error ?? new Error(failure),
          }),
        );
    };
    docker.modem.followProgress(stream, finish, (event: unknown) => {
      failure ??= textOf(event, 'error');
      const line = (textOf(event, 'stream') ?? textOf(event, 'status') ?? '').trim();
      if (line !== '') onProgress(line);
    });
  });
}

function variablesOf(lines: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    lines.map((line) => {
      const at = line.indexOf('=');
      return [line.slice(0, at), line.slice(at + 1)];
    }),
  );
}

function textOf(event: unknown, key: 'error' | 'stream' | 'status'): string | undefined {
  if (typeof event !== 'object' || event === null) return undefined;
  const value: unknown = Reflect.get(event, key);
  return typeof value === 'string' ? value : undefined;
}

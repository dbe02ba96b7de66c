import type Docker from 'dockerode';
import { AppError } from '#core/domain/errors.ts';
import { ensureImage } from './image.ts';
import type { EngineImage } from './image-engine.ts';

/** Images that were looked at; more are looked at again. */
const KNOWN_MAX = 16;

/** Images as guests need them: by name, prepared once however many ask, and again after {@link PreparedImages.forget}. */
export interface PreparedImages {
  /** `onProgress` hears of what is still to be done, also when somebody else asked first. Throws as `ensureImage`. */
  prepare(image: string, onProgress: (line: string) => void): Promise<EngineImage>;
  /** One that was prepared, by its digest. Throws AppError `internal` for any other. */
  known(id: string): EngineImage;
  /** An image can be removed while we run; the next who asks makes it again. */
  forget(image: string): void;
}

/** An image being prepared, or prepared, and who hears of it. */
interface Preparation {
  readonly result: Promise<EngineImage>;
  readonly listeners: Set<(line: string) => void>;
}

/**
 * `own` is the name of the image that may be built here. Variables of `installation`, the image that is used when nobody names
 * one, are not for commands.
 */
export function openImages(docker: Docker, own: string, installation = own): PreparedImages {
  const known = new Map<string, Preparation>();
  const byId = new Map<string, EngineImage>();
  const begin = (image: string): Preparation => {
    const listeners = new Set<(line: string) => void>();
    const onProgress = (line: string): void => listeners.forEach((listener) => listener(line));
    const result = ensureImage(docker, { image, own: image === own, onProgress }).catch((thrown: unknown) => {
      known.delete(image);
      throw thrown;
    });
    known.set(image, { result, listeners });
    const [oldest] = known.keys();
    if (known.size > KNOWN_MAX && oldest !== undefined) known.delete(oldest);
    return { result, listeners };
  };
  return {
    prepare: async (image, onProgress) => {
      const { result, listeners } = known.get(image) ?? begin(image);
      listeners.add(onProgress);
      try {
        const found = image === installation ? { ...(await result), env: {} } : await result;
        byId.set(found.id, found);
        return found;
      } finally {
        listeners.delete(onProgress);
      }
    },
    known: (id) => {
      const image = byId.get(id);
      if (image === undefined) throw new AppError('internal', 'create a workspace: its image was not prepared');
      return image;
    },
    forget: (image) => void known.delete(image),
  };
}

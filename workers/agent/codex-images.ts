import type { RunLogEntry } from '#core/contracts/run-log.ts';
import { pictureTypeOf } from '#core/domain/text/picture-type.ts';
import type { AgentTask } from '#core/ports/executor.ts';
import type { Guest } from '#core/ports/provisioner.ts';
import type { CodexPaths } from './codex-command.ts';
import { statusEntry } from './codex-entries.ts';

const MEBIBYTE = 1024 * 1024;
const IMAGE_BYTES_MAX = 10 * MEBIBYTE;
/** Pictures travel as base64 in every later request; with the largest record that is kept they still fit the proxy's 64 MiB. */
const IMAGES_BYTES_MAX = 20 * MEBIBYTE;

/**
 * Puts the pictures of a turn into the guest, under names of ours, and answers with their paths. One that cannot be used is
 * left out, and told by `onEntry` by its number, since its name is a stranger's.
 */
export async function placeImages(
  guest: Pick<Guest, 'upload'>,
  paths: CodexPaths,
  { images, onEntry }: Pick<AgentTask, 'images' | 'onEntry'>,
): Promise<string[]> {
  const placed: string[] = [];
  let bytesLeft = IMAGES_BYTES_MAX;
  for (const [index, { bytes }] of images.entries()) {
    // Codex 0.169.0 looks at the bytes as well, and tells nobody but the model when they are none of the formats it passes on.
    const type = pictureTypeOf(bytes);
    const why = faultOf(bytes, bytesLeft);
    if (type === undefined || why !== undefined) {
      onEntry(leftOut(index + 1, why ?? 'it is no PNG, JPEG, GIF or WebP'));
      continue;
    }
    bytesLeft -= bytes.byteLength;
    const path = paths.image(index + 1, type === 'jpeg' ? 'jpg' : type);
    await guest.upload(path, bytes);
    placed.push(path);
  }
  return placed;
}

function faultOf({ byteLength }: Uint8Array, bytesLeft: number): string | undefined {
  if (byteLength > IMAGE_BYTES_MAX) return `it is larger than ${IMAGE_BYTES_MAX / MEBIBYTE} MiB`;
  return byteLength > bytesLeft ? `all together are larger than ${IMAGES_BYTES_MAX / MEBIBYTE} MiB` : undefined;
}

function leftOut(number: number, why: string): RunLogEntry {
  return statusEntry(`Picture ${number} was left out: ${why}`);
}

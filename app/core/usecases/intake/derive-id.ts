import type { Runtime } from '../../ports/runtime.ts';

/** A UUID (version 8, RFC 9562: custom) derived from text, so that the same occasion always has the same id. */
export function uuidOf(runtime: Pick<Runtime, 'sha256'>, text: string): string {
  const hex = runtime.sha256(text);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

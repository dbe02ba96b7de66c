import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import type { Found } from './found.ts';

/** The directory of the Codex package for this platform, an optional dependency that npm leaves out where there is none. */
export function findCodex(): Found<string> {
  const platform = `${process.platform}-${process.arch}`;
  try {
    const manifest = createRequire(import.meta.url).resolve(`@openai/codex-${platform}/package.json`);
    return { found: true, value: dirname(manifest) };
  } catch {
    return {
      found: false,
      reason: `no Codex binary for ${platform} (npm install --include=optional, where it exists)`,
    };
  }
}

import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { AppError } from '#core/domain/errors.ts';

/** The installed Codex CLI for Linux: a directory with `bin/codex`, `codex-path/rg` and `codex-resources/bwrap`. */
export interface CodexPackage {
  readonly root: string;
  /** E.g. `0.169.0`. */
  readonly version: string;
}

/** Rust target triple of the package's binaries, by Node's name of the processor (layout of @openai/codex 0.169.0). */
const TARGETS: Readonly<Record<string, string>> = {
  x64: 'x86_64-unknown-linux-musl',
  arm64: 'aarch64-unknown-linux-musl',
};

/**
 * Finds the Codex CLI that npm installed beside us, for Linux on this machine's processor.
 * Throws AppError `unavailable` with what to do when it is not there.
 */
export function findCodexPackage(): CodexPackage {
  const target = TARGETS[process.arch];
  const name = `@openai/codex-linux-${process.arch}`;
  try {
    const manifest = createRequire(import.meta.url).resolve(`${name}/package.json`);
    const root = join(dirname(manifest), 'vendor', target ?? '');
    if (target !== undefined && existsSync(join(root, 'bin', 'codex'))) return { root, version: readVersion(manifest) };
  } catch (cause) {
    throw absent(name, cause);
  }
  throw absent(name);
}

function readVersion(manifest: string): string {
  const parsed: unknown = JSON.parse(readFileSync(manifest, 'utf8'));
  const version = typeof parsed === 'object' && parsed !== null && 'version' in parsed ? parsed.version : undefined;
  return typeof version === 'string' ? version.replace(/-linux-.*$/, '') : 'unknown';
}

function absent(name: string, cause?: unknown): AppError {
  return new AppError('unavailable', `The Codex CLI (${name}) is not installed. Run: npm install --include=optional`, {
    cause,
  });
}

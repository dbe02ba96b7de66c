import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { findCodex } from './find-codex.ts';
import { findProgram } from './find-program.ts';
import type { Found } from './found.ts';

const PROBE_TIMEOUT_MS = 5_000;
const PROBE = ['--unshare-all', '--die-with-parent', '--ro-bind', '/', '/', '--', '/bin/true'];

/** A bubblewrap that may make namespaces here: the system's or the one in the Codex package. */
export function findConfinement(): Found<string> {
  const program = findProgram('bwrap', bundled());
  if (program === undefined) return { found: false, reason: 'no bubblewrap (apt-get install bubblewrap)' };
  const probe = spawnSync(program, PROBE, { timeout: PROBE_TIMEOUT_MS, encoding: 'utf8' });
  if (probe.status === 0) return { found: true, value: program };
  const why = probe.error?.message ?? probe.stderr.trim();
  return { found: false, reason: `bubblewrap may not make namespaces here (${why})` };
}

function bundled(): string[] {
  const codex = findCodex();
  if (!codex.found) return [];
  const vendor = join(codex.value, 'vendor');
  return readdirSync(vendor).map((target) => join(vendor, target, 'codex-resources'));
}

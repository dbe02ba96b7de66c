import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { z } from 'zod';

const Rule = z.object({ name: z.string() });
const Violation = z.object({ from: z.string(), to: z.string(), rule: Rule });
const CruiseReport = z.object({
  modules: z.array(z.object({ source: z.string() })),
  summary: z.object({ violations: z.array(Violation), ruleSetUsed: z.object({ forbidden: z.array(Rule) }) }),
});
/** What the import gate saw: every module by its path from the tree's root, each refused import, and the rules it knew. */
export type CruiseReport = z.infer<typeof CruiseReport>;

/** The folders the gate reads: those of these that exist, as in the `deps` script of package.json. */
export const CRUISED_FOLDERS = ['app', 'workers', 'sandbox', 'prisma', 'deploy', 'dashboard', 'test'] as const;

const CRUISE_TIMEOUT_MS = 60_000;

/**
 * Runs the gate's own program with the gate's own rules on the tree at `root`. `project` is where the rules and the program
 * are. Throws when it could not report; its exit code only counts violations, so it is not looked at.
 */
export async function cruise(root: string, project: string): Promise<CruiseReport> {
  const program = join(project, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');
  const folders = CRUISED_FOLDERS.filter((folder) => existsSync(join(root, folder)));
  const args = [program, ...folders, '--config', join(project, '.dependency-cruiser.mjs'), '--output-type', 'json'];
  const child = spawn(process.execPath, args, {
    cwd: root,
    timeout: CRUISE_TIMEOUT_MS,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [output, complaint] = await Promise.all([text(child.stdout), text(child.stderr)]);
  if (!output.startsWith('{')) throw new Error(`dependency-cruiser reported nothing: ${complaint}`);
  return CruiseReport.parse(JSON.parse(output));
}

import { z } from 'zod';
import { AppError } from '#core/domain/errors.ts';

/** `standard`: the kernel is shared, behind all the flags of a workspace. `strong`: a kernel of its own in user space (gVisor). */
export const SandboxProfile = z.enum(['standard', 'strong']);
export type SandboxProfile = z.infer<typeof SandboxProfile>;

/** Name under which gVisor is registered with an engine. */
export const STRONG_RUNTIME = 'runsc';

/** What it has to be registered with: no network but the doors, which are sockets of the host. */
export const STRONG_RUNTIME_ARGUMENTS = ['--platform=systrap', '--network=none', '--host-uds=open'] as const;

/** What an engine says about itself. Versions as it writes them, such as `20.10.24+dfsg1`; null when it names none. */
export interface EngineFacts {
  readonly runtimes: readonly string[];
  readonly engine: string | null;
  readonly runc: string | null;
  readonly appArmor: boolean;
}

/** Before it, neighbours on a network segment reached ports that were published for loopback only (release notes of 28.0.0). */
const ENGINE_FLOOR = [28, 0, 0];
/**
 * First runc of each line with the fixes of November 2025 (CVE-2025-31133, CVE-2025-52565, CVE-2025-52881: a container
 * could write to the host's /proc). Later lines have them from their first release.
 */
const RUNC_FLOORS = [
  [1, 2, 8],
  [1, 3, 3],
];
const RUNC_LINE_AFTER = [1, 4, 0];

const Info = z.object({
  Runtimes: z.record(z.string(), z.unknown()).nullish(),
  SecurityOptions: z.array(z.string()).nullish(),
});
const Version = z.object({
  Version: z.string().nullish(),
  Components: z.array(z.object({ Name: z.string(), Version: z.string().nullish() })).nullish(),
});

/** Reads an engine's answers to `GET /info` and `GET /version`. Throws AppError `unavailable` when they are of no known form. */
export function engineFacts(info: unknown, version: unknown): EngineFacts {
  const [known, versions] = [Info.safeParse(info), Version.safeParse(version)];
  if (!known.success || !versions.success) {
    throw new AppError('unavailable', 'The container engine describes itself in a form that is not known.');
  }
  const component = (name: string): string | null =>
    versions.data.Components?.find((found) => found.Name.toLowerCase() === name)?.Version ?? null;
  return {
    runtimes: Object.keys(known.data.Runtimes ?? {}),
    engine: versions.data.Version ?? component('engine'),
    runc: component('runc'),
    appArmor: (known.data.SecurityOptions ?? []).some((option) => /^name=apparmor\b/.test(option)),
  };
}

/**
 * Holds an engine against a profile. `strong` throws AppError `unavailable` with everything that is missing and what to do;
 * `standard` returns the same as warnings, less what only `strong` needs.
 */
export function checkProfile(profile: SandboxProfile, facts: EngineFacts): string[] {
  const old = oldParts(facts);
  if (profile === 'standard') return old;
  const absent = facts.runtimes.includes(STRONG_RUNTIME)
    ? []
    : [
        `the engine has no runtime ${STRONG_RUNTIME}: install gVisor and register it with ` +
          `"runsc install -- ${STRONG_RUNTIME_ARGUMENTS.join(' ')}"`,
      ];
  const missing = [...absent, ...old];
  if (missing.length === 0) return [];
  throw new AppError(
    'unavailable',
    `SANDBOX_PROFILE=strong cannot be had here: ${missing.join('; ')}. Nothing runs with less than was asked for; ` +
      'SANDBOX_PROFILE=standard would use this engine as it is.',
  );
}

function oldParts({ engine, runc }: EngineFacts): string[] {
  const found: string[] = [];
  if (isOlder(engine, ENGINE_FLOOR))
    found.push(`the engine is ${engine ?? 'of unknown version'}, 28 is the oldest good one`);
  if (!isFixedRunc(runc)) {
    found.push(`runc is ${runc ?? 'of unknown version'}, the oldest good ones are 1.2.8 and 1.3.3 (CVE-2025-31133)`);
  }
  return found;
}

function isFixedRunc(runc: string | null): boolean {
  if (!isOlder(runc, RUNC_LINE_AFTER)) return true;
  const line = numbers(runc);
  return RUNC_FLOORS.some((floor) => line[0] === floor[0] && line[1] === floor[1] && !isOlder(runc, floor));
}

/** An unknown version is older than everything. A candidate such as `1.4.0-rc.1` is older than its release. */
function isOlder(version: string | null, floor: readonly number[]): boolean {
  const found = numbers(version);
  if (found.length === 0) return true;
  const differs = floor.findIndex((part, index) => part !== (found[index] ?? 0));
  if (differs === -1) return /^v?[\d.]+-(?:rc|beta|alpha)/.test(version ?? '');
  return (found[differs] ?? 0) < (floor[differs] ?? 0);
}

function numbers(version: string | null): number[] {
  const leading = /^v?(\d+(?:\.\d+)*)/.exec(version ?? '')?.[1];
  return leading === undefined ? [] : leading.split('.').map(Number);
}

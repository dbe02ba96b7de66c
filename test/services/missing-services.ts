import { engineAnswers } from './engine-answers.ts';
import { findChromium } from './find-chromium.ts';
import { findCodex } from './find-codex.ts';
import { findConfinement } from './find-confinement.ts';
import { findKubectl } from './find-kubectl.ts';
import { findPostgres } from './find-postgres.ts';
import { findRedis } from './find-redis.ts';

/** A part of the machine that a suite may need and that not every machine has. */
export type ServiceName = 'postgres' | 'redis' | 'docker' | 'codex' | 'confinement' | 'kubectl' | 'chromium';

/** Why each absent service is absent; a service that is there has no entry. */
export type MissingServices = Partial<Record<ServiceName, string>>;

const LOOK_FOR = {
  postgres: findPostgres,
  redis: findRedis,
  docker: engineAnswers,
  codex: findCodex,
  confinement: findConfinement,
  kubectl: findKubectl,
  chromium: findChromium,
} as const;

/** Looks at this machine once (at most a few seconds, when an engine hangs). */
export async function missingServices(): Promise<MissingServices> {
  const missing: MissingServices = {};
  for (const name of serviceNames()) {
    const looked = await LOOK_FOR[name]();
    if (!looked.found) missing[name] = looked.reason;
  }
  return missing;
}

/**
 * Reads a list such as `postgres,redis`: what must be there, so that its absence is a failure. Throws on an unknown name.
 */
export function parseRequired(list: string): ServiceName[] {
  const words = list.split(',').filter((word) => word !== '');
  const known = serviceNames();
  return words.map((word) => {
    const name = known.find((candidate) => candidate === word);
    if (name === undefined) throw new Error(`ASTRAFORGE_REQUIRE names '${word}', known are ${known.join(', ')}`);
    return name;
  });
}

function serviceNames(): ServiceName[] {
  return ['postgres', 'redis', 'docker', 'codex', 'confinement', 'kubectl', 'chromium'];
}

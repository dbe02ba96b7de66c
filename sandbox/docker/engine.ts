import type Docker from 'dockerode';
import { AppError } from '#core/domain/errors.ts';
import { askEngine, ENGINE_QUESTION_TIMEOUT_MS } from './ask.ts';
import { toEngineError } from './errors.ts';
import type { DockerLimits } from './spec.ts';
import { checkProfile, engineFacts } from '../profile.ts';

/** Milliseconds within which an engine has to say that it is there. */
const PING_TIMEOUT_MS = 3_000;

/** Throws AppError `unavailable` with what to do when no engine answers in time. */
export async function pingEngine(docker: Docker): Promise<void> {
  try {
    await askEngine({ action: 'look for a container engine', timeoutMs: PING_TIMEOUT_MS, ask: () => docker.ping() });
  } catch (cause) {
    throw new AppError(
      'unavailable',
      'No container engine answers. Start Docker and let this user reach its socket (see DOCKER_HOST), or set PROVISIONER=local.',
      { cause },
    );
  }
}

/**
 * What was asked for, cut to what this engine can give: it refuses more CPUs than it has, and takes an AppArmor profile in
 * silence where there is none. `onWarning` hears what is not as it should be. Throws AppError `unavailable`, also when the
 * profile cannot be had.
 */
export async function fitLimits(
  docker: Docker,
  wanted: DockerLimits,
  onWarning: (line: string) => void,
): Promise<DockerLimits> {
  const action = 'ask the container engine what it is';
  const [info, version] = await askEngine({
    action,
    timeoutMs: ENGINE_QUESTION_TIMEOUT_MS,
    ask: () => Promise.all([docker.info(), docker.version()]),
  }).catch((thrown: unknown) => {
    throw toEngineError(thrown, action);
  });
  const facts = engineFacts(info, version);
  checkProfile(wanted.profile ?? 'standard', facts).forEach(onWarning);
  const count: unknown = info.NCPU;
  const cpus = typeof count === 'number' && count > 0 ? Math.min(wanted.cpus, count) : wanted.cpus;
  return { ...wanted, cpus, appArmor: facts.appArmor };
}

import Docker from 'dockerode';
import type { Found } from './found.ts';

const PING_TIMEOUT_MS = 2_000;

/** Whether a container engine answers where `DOCKER_HOST`, or the usual socket, says it is; its API version if so. */
export async function engineAnswers(): Promise<Found<string>> {
  try {
    const version = await new Docker({ timeout: PING_TIMEOUT_MS }).version();
    return { found: true, value: version.ApiVersion };
  } catch (error) {
    const what = error instanceof Error ? error.message : String(error);
    return {
      found: false,
      reason: `no container engine answers (${what}; apt-get install docker.io, then start dockerd)`,
    };
  }
}

import type { Settings } from '../../contracts/http/settings.ts';
import type { ProcessNotes } from '../../ports/process-notes.ts';
import type { Runtime } from '../../ports/runtime.ts';
import { checkHealth, type HealthCheck } from './check-health.ts';

/** How often a process writes its note. */
export const NOTE_EVERY_MS = 30_000;

/** What a process needs to tell how it is. */
export interface NoteProcessDeps {
  readonly store: { readonly processNotes: Pick<ProcessNotes, 'write'> };
  readonly runtime: Pick<Runtime, 'now' | 'wait'>;
}

/** What workers say about themselves besides their health. */
export interface AboutWorkers {
  readonly instance: string;
  readonly version: string;
  readonly variables: Settings['variables'];
  readonly checks: readonly HealthCheck[];
}

/** Workers reach what `app` may not, so they are who tells of it. Throws as the store does. */
export async function noteWorkers(deps: NoteProcessDeps, { checks, ...about }: AboutWorkers): Promise<void> {
  const health = await checkHealth(deps.runtime, checks);
  await deps.store.processNotes.write({ process: 'workers', ...about, health });
}

import type { Settings } from '../../contracts/http/settings.ts';
import type { Redactor } from '../../domain/text/secrets.ts';
import type { ProcessNote, ProcessNotes } from '../../ports/process-notes.ts';
import type { Runtime } from '../../ports/runtime.ts';
import { checkHealth, type HealthCheck, type HealthName } from './check-health.ts';
import { NOTE_EVERY_MS } from './note-process.ts';

/** What showing the set-up needs: what this process knows by itself, and what others noted. */
export interface ViewSettingsDeps {
  readonly store: { readonly processNotes: Pick<ProcessNotes, 'recent'> };
  readonly runtime: Pick<Runtime, 'now' | 'wait'>;
  readonly redactor: Redactor;
  readonly settings: {
    readonly version: string;
    readonly variables: Settings['variables'];
    readonly checks: readonly HealthCheck[];
  };
}

/** A process that missed two notes is not there. */
const NOTES_COUNT_MS = 3 * NOTE_EVERY_MS;
/** Everybody who looks meanwhile is given the same answer. */
const REMEMBERED_MS = 5_000;
const WORKERS_TELL = ['workspaces', 'github', 'gitlab', 'git', 'model'] as const satisfies readonly HealthName[];
const WORST_FIRST = ['down', 'up', 'off'] as const;

/**
 * Makes the way to look at the set-up: what it gives is a few seconds old at most, and takes 2 s at most while something does
 * not answer. What no worker tells of counts as down; the rest of the installation is shown all the same.
 */
export function createSettingsView(deps: ViewSettingsDeps): () => Promise<Settings> {
  let asked: { readonly atMs: number; readonly answer: Promise<Settings> } | undefined;
  return () => {
    const atMs = Date.parse(deps.runtime.now());
    if (asked === undefined || atMs - asked.atMs >= REMEMBERED_MS) asked = { atMs, answer: look(deps) };
    return asked.answer;
  };
}

async function look({ store, runtime, redactor, settings }: ViewSettingsDeps): Promise<Settings> {
  const [own, notes] = await Promise.all([
    checkHealth(runtime, settings.checks),
    store.processNotes.recent(NOTES_COUNT_MS).catch(() => []),
  ]);
  const now = runtime.now();
  const variables = new Map(
    [...notes.flatMap((note) => note.variables), ...settings.variables].map((variable) => [variable.name, variable]),
  );
  return {
    version: settings.version,
    variables: [...variables.values()]
      .map((variable) => ({ ...variable, value: variable.value === null ? null : redactor.redact(variable.value) }))
      .toSorted((one, other) => one.name.localeCompare(other.name)),
    health: [...own, ...WORKERS_TELL.map((name) => toldBy(notes, name, now))],
  };
}

/** With several workers what one of them misses is what counts. */
function toldBy(notes: readonly ProcessNote[], name: HealthName, now: string): Settings['health'][number] {
  const told = notes.flatMap(({ health }) => health.filter((one) => one.name === name));
  const worst = WORST_FIRST.map((state) => told.find((one) => one.state === state)).find((one) => one !== undefined);
  const detail = 'No worker has told of it lately';
  return worst ?? { name, state: 'down', detail, latency_ms: null, checked_at: now };
}

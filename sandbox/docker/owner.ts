import { randomBytes } from 'node:crypto';
import type { GuestLabels } from '#core/ports/provisioner.ts';

/** Whose a container of ours is: a run's, nobody's yet, or we cannot tell. */
export type ContainerOwner =
  { readonly kind: 'run'; readonly labels: GuestLabels } | { readonly kind: 'pool' | 'unknown' };

/** A container as the engine lists it. */
export interface ListedContainer {
  readonly names: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
}

const LABEL_MANAGED = 'astraforge.managed';
const LABEL_INSTANCE = 'astraforge.instance';
const LABEL_RUN = 'astraforge.run';
const LABEL_EPOCH = 'astraforge.epoch';
const RANDOM_BYTES = 4;
const RUN_NAME = /^\/?astraforge-(.+)-(\d+)-[0-9a-f]{8}$/;
const POOL_NAME = /^\/?astraforge-pool-[0-9a-f]{8}$/;

/** Label filters for `GET /containers/json` that match the guests of one installation only. */
export function managedFilter(instance: string): { label: string[] } {
  return { label: [`${LABEL_MANAGED}=true`, `${LABEL_INSTANCE}=${instance}`] };
}

/**
 * Labels that are known when a container is made; an engine cannot change them later. Those of a run are set even while there
 * is none, since an image could bring its own.
 */
export function containerLabels(instance: string, run?: GuestLabels): Record<string, string> {
  return {
    [LABEL_MANAGED]: 'true',
    [LABEL_INSTANCE]: instance,
    [LABEL_RUN]: run?.runId ?? '',
    [LABEL_EPOCH]: run === undefined ? '' : String(run.epoch),
  };
}

/** Name of a container that waits for a run. */
export function poolName(): string {
  return `astraforge-pool-${randomName()}`;
}

/**
 * Name of a run's container: readable in `docker ps`, unique, and {@link ownerOf} reads the run back from it, since a
 * container that waited has no labels of its run. What the engine does not allow in a name is written as `.` and hex digits.
 */
export function runName({ runId, epoch }: GuestLabels): string {
  const run = Buffer.from(runId)
    .toString('latin1')
    .replace(/[^A-Za-z0-9_-]/g, (character) => `.${character.charCodeAt(0).toString(16).padStart(2, '0')}`);
  return `astraforge-${run}-${epoch}-${randomName()}`;
}

/** Whose a container is, by its labels where it was made for a run, else by its name. Throws nothing. */
export function ownerOf({ names, labels }: ListedContainer): ContainerOwner {
  if (labels[LABEL_MANAGED] !== 'true') return { kind: 'unknown' };
  const labelled = labels[LABEL_RUN] ?? '';
  if (labelled !== '') return ofRun(labelled, labels[LABEL_EPOCH] ?? '');
  for (const name of names) {
    const [, run, epoch] = RUN_NAME.exec(name) ?? [];
    if (run !== undefined && epoch !== undefined) return ofRun(unescapeRun(run), epoch);
  }
  return { kind: names.some((name) => POOL_NAME.test(name)) ? 'pool' : 'unknown' };
}

function ofRun(runId: string, epochText: string): ContainerOwner {
  const epoch = Number(epochText);
  if (runId === '' || epochText === '' || !Number.isSafeInteger(epoch)) return { kind: 'unknown' };
  return { kind: 'run', labels: { runId, epoch } };
}

function unescapeRun(run: string): string {
  const bytes = run.replace(/\.([0-9a-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1').toString('utf8');
}

function randomName(): string {
  return randomBytes(RANDOM_BYTES).toString('hex');
}

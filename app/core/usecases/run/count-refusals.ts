import type { Refusal } from '../../ports/gateway.ts';
import type { Runtime } from '../../ports/runtime.ts';
import type { HeldRun } from './hold-run.ts';

/** Counts what a workspace was not let. */
export interface RefusalCount {
  /** Takes one refusal; the first of its kind is told at once, later ones now and then with their number. */
  readonly onRefused: (refusal: Refusal) => void;
  /** Tells what was not told yet; later refusals are not counted. */
  finish(): void;
}

interface Kind {
  readonly door: Refusal['door'];
  readonly what: string;
  /** Under which it is counted on the run; undefined for the model's door. */
  readonly host: string | undefined;
  count: number;
  told: number;
  toldAtMs: number;
}

/** A workspace may knock a thousand times a second; the log hears of each kind at most this often. */
const TELL_EVERY_MS = 10_000;
/** Kinds told one by one; what comes after them is one kind of its own. */
const KINDS_MAX = 100;
const OTHERS = 'others';
const TEXT_CHARS_MAX = 300;
/** What a host with its port, and in brackets why, can look like; the workspace chose the first part. */
const TARGET = /^((?=.*\w)[\w.*-]{1,255}|\[[\da-f:.]{2,45}\])(:\d{1,5})?( \([^`<@]{1,200}\))?$/i;
const NO_HOST = 'not a host name';

/**
 * Counts the refusals of a run: an event in its log for each kind, and hosts with their numbers on the run itself
 * (added to those of its earlier tries).
 */
export function countRefusals(
  held: Pick<HeldRun, 'note' | 'amend' | 'run'>,
  runtime: Pick<Runtime, 'now'>,
): RefusalCount {
  const kinds = new Map<string, Kind>();
  let finished = false;
  const tell = (kind: Kind, nowMs: number): void => {
    const often = kind.count > 1 ? ` (${kind.count} times)` : '';
    const verb = kind.door === 'egress' ? 'blocked' : 'refused';
    held.note({ type: 'log', stage: kind.door, message: `${verb}: ${kind.what}${often}` });
    Object.assign(kind, { told: kind.count, toldAtMs: nowMs });
    if (kind.door === 'egress') held.amend({ blocked: blockedHosts(held.run.blocked, kinds.values()) });
  };
  return {
    onRefused(refusal) {
      if (finished) return;
      const nowMs = Date.parse(runtime.now());
      const kind = kindOf(kinds, refusal);
      kind.count += 1;
      if (nowMs - kind.toldAtMs >= TELL_EVERY_MS) tell(kind, nowMs);
    },
    finish() {
      finished = true;
      for (const kind of kinds.values()) if (kind.told < kind.count) tell(kind, Date.parse(runtime.now()));
    },
  };
}

function kindOf(kinds: Map<string, Kind>, refusal: Refusal): Kind {
  const { door } = refusal;
  const { what, host } =
    door === 'model' ? { what: refusal.what.slice(0, TEXT_CHARS_MAX), host: undefined } : read(refusal);
  const known = kinds.get(`${door} ${what}`);
  if (known !== undefined) return known;
  const named = kinds.size < KINDS_MAX ? { what, host } : { what: OTHERS, host: host && OTHERS };
  const kind = kinds.get(`${door} ${named.what}`) ?? { door, ...named, count: 0, told: 0, toldAtMs: 0 };
  kinds.set(`${door} ${named.what}`, kind);
  return kind;
}

function read(refusal: Refusal): { what: string; host: string } {
  const [, host, port = '', why = ''] = TARGET.exec(refusal.what) ?? [];
  if (host === undefined) return { what: NO_HOST, host: NO_HOST };
  return { what: `${host.toLowerCase()}${port}${why}`, host: host.toLowerCase() };
}

/** Numbers by host, whatever the port and the reason. */
function blockedHosts(before: Readonly<Record<string, number>>, kinds: Iterable<Kind>): Record<string, number> {
  const hosts = new Map(Object.entries(before));
  for (const { host, count } of kinds) if (host !== undefined) hosts.set(host, (hosts.get(host) ?? 0) + count);
  return Object.fromEntries(hosts);
}

import type { Refusal } from '../ports/gateway.ts';
import type { Runtime } from '../ports/runtime.ts';
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
  count: number;
  told: number;
  toldAtMs: number;
}

/** A workspace may knock a thousand times a second; the log hears of each kind at most this often. */
const TELL_EVERY_MS = 10_000;
/** Kinds told one by one; what comes after them is one kind of its own. */
const KINDS_MAX = 100;
const OTHERS = 'others';
/** What a host with its port can look like; the workspace chose the text. */
const HOST_AND_PORT = /^[\w.:*[\]-]{1,270}$/;
const TEXT_CHARS_MAX = 300;

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

function kindOf(kinds: Map<string, Kind>, { door, what }: Refusal): Kind {
  const text = shownText(door, what);
  const known = kinds.get(`${door} ${text}`);
  if (known !== undefined) return known;
  const name = kinds.size < KINDS_MAX ? text : OTHERS;
  const kind = kinds.get(`${door} ${name}`) ?? { door, what: name, count: 0, told: 0, toldAtMs: 0 };
  kinds.set(`${door} ${name}`, kind);
  return kind;
}

function shownText(door: Refusal['door'], what: string): string {
  if (door === 'model') return what.slice(0, TEXT_CHARS_MAX);
  const [target = '', ...why] = what.split(' ');
  if (!HOST_AND_PORT.test(target)) return 'not a host name';
  return [target.toLowerCase(), ...why].join(' ').slice(0, TEXT_CHARS_MAX);
}

/** Numbers by host, whatever the port. */
function blockedHosts(before: Readonly<Record<string, number>>, kinds: Iterable<Kind>): Record<string, number> {
  const hosts = new Map(Object.entries(before));
  for (const { door, what, count } of kinds) {
    const [host = ''] = what.split(/:\d+(?: |$)/);
    if (door === 'egress') hosts.set(host, (hosts.get(host) ?? 0) + count);
  }
  return Object.fromEntries(hosts);
}

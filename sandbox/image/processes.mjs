// The processes of a guest as /proc shows them, and how to end some of them without starting any: a full process table
// must not get in the way.
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';

const INIT = 1;
const NOBODY = 0;
/** Fields of `/proc/[pid]/stat` from the state on; source: proc(5). */
const [STATE, PARENT, THREADS, START] = [0, 1, 17, 19];
const PASSES_MAX = 1_000;
const LONGEST_WAIT_MS = 20;

/** Processes that can still do something, by id. One whose first thread has ended while others run counts as living. */
export function readProcesses() {
  const found = new Map();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'latin1');
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      if ('ZX'.includes(fields[STATE]) && Number(fields[THREADS]) < 2) continue;
      found.set(Number(name), { parent: Number(fields[PARENT]), start: fields[START] });
    } catch {
      continue;
    }
  }
  return found;
}

/**
 * Gives a function that ends whatever no living command has started and resolves when none of it is left. `kept` names the
 * first process of each living command. What ran before us, or comes from outside the guest, is left alone.
 */
export function createSweeper(kept) {
  const before = readProcesses();

  /** Walks up: `kept` below a living command or an earlier process, `stray` below init or us, `unsure` when a parent just died. */
  function kindOf(id, table, roots) {
    for (let at = id; at !== NOBODY; at = table.get(at).parent) {
      const facts = table.get(at);
      if (facts === undefined) return 'unsure';
      if (roots.has(at)) return 'kept';
      if (at === INIT || at === process.pid) return id === at ? 'kept' : 'stray';
      if (before.get(at)?.start === facts.start) return 'kept';
    }
    return 'kept';
  }

  function look() {
    const [table, roots] = [readProcesses(), new Set(kept())];
    const all = [...table.keys()].map((id) => ({ id, kind: kindOf(id, table, roots) }));
    return {
      strays: all.filter(({ kind }) => kind === 'stray').map(({ id }) => id),
      isClean: all.every(({ kind }) => kind === 'kept'),
      areAlone: all.every(({ id, kind }) => kind !== 'kept' || id === INIT || id === process.pid),
    };
  }

  /** Stopped ones keep their places in the table, so a crowd that multiplies starves while it is being stopped. */
  function endAmongOthers() {
    const stopped = new Set();
    for (let pass = 0; pass < PASSES_MAX; pass += 1) {
      const fresh = look().strays.filter((id) => !stopped.has(id));
      if (fresh.length === 0) break;
      for (const id of fresh) {
        signal(id, 'SIGSTOP');
        stopped.add(id);
      }
    }
    for (const id of stopped) signal(id, 'SIGKILL');
  }

  return async function sweep() {
    for (let pauseMs = 1; ; pauseMs = Math.min(pauseMs + 1, LONGEST_WAIT_MS)) {
      const { strays, isClean, areAlone } = look();
      if (isClean) return;
      // Nothing outruns one call for all of them; it is for when there is nobody else.
      if (areAlone) signal(-1, 'SIGKILL');
      else if (strays.length > 0) endAmongOthers();
      await wait(pauseMs);
    }
  };
}

function signal(id, name) {
  try {
    process.kill(id, name);
  } catch {
    return;
  }
}

/** A disturbance as data. Without `status` and `drop` the request is only delayed. */
export interface FaultScript {
  readonly match?: {
    readonly method?: string;
    /** Tested against the path without API prefix and query; Git paths look like `/owner/name.git/git-receive-pack`. */
    readonly path?: RegExp;
    /** GitHub's own id, for example `issues/create-comment`; of GitLab `METHOD template`. */
    readonly operationId?: string;
  };
  /** How many matching requests are disturbed; default 1. */
  readonly times?: number;
  /** How many matching requests pass untouched first; default 0. */
  readonly skip?: number;
  readonly delayMs?: number;
  /** `before`: nothing is committed. `after`: the write takes effect and only its answer is lost. Default `before`. */
  readonly when?: 'before' | 'after';
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly message?: string;
  /** Cut the connection instead of answering. */
  readonly drop?: boolean;
}

/** A fault that has been set. */
export interface Fault {
  /** How many requests it has disturbed so far. */
  readonly fired: number;
  remove(): void;
}

/** What is known of a request when a fault may strike. */
export interface FaultTarget {
  readonly method: string;
  readonly path: string;
  readonly operationId: string | undefined;
}

/** The faults now in force, oldest first. */
export interface FaultBox {
  add(script: FaultScript): Fault;
  /** Takes one firing of the first fault that matches; undefined when none does. */
  strike(target: FaultTarget): FaultScript | undefined;
}

interface Standing extends Fault {
  readonly script: FaultScript;
  fired: number;
  seen: number;
}

/** Creates an empty box. */
export function createFaultBox(): FaultBox {
  const standing: Standing[] = [];
  return {
    add(script) {
      const remove = (): void => {
        const index = standing.indexOf(fault);
        if (index >= 0) standing.splice(index, 1);
      };
      const fault: Standing = { script, fired: 0, seen: 0, remove };
      standing.push(fault);
      return fault;
    },
    strike(target) {
      for (const fault of standing) {
        if (!matches(fault.script, target) || fault.fired >= (fault.script.times ?? 1)) continue;
        fault.seen += 1;
        if (fault.seen <= (fault.script.skip ?? 0)) continue;
        fault.fired += 1;
        return fault.script;
      }
      return undefined;
    },
  };
}

function matches({ match = {} }: FaultScript, target: FaultTarget): boolean {
  if (match.method !== undefined && match.method.toUpperCase() !== target.method) return false;
  if (match.operationId !== undefined && match.operationId !== target.operationId) return false;
  return (
    match.path === undefined || new RegExp(match.path.source, match.path.flags.replace(/[gy]/g, '')).test(target.path)
  );
}

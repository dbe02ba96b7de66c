/** The kinds of ways out that are tried. */
export type Category =
  | 'system calls'
  | 'capabilities and namespaces'
  | 'mounts and kernel files'
  | 'secrets'
  | 'network'
  | 'proxy'
  | 'limits';

/**
 * Which container has to succeed where a workspace must not: `loose` is root, privileged and in every namespace of the
 * host, with the usual mistakes made (secrets in its environment, the engine's socket); `ordinary` is what `docker run`
 * makes, as the guest's own user, with a network of the engine's.
 */
export type ControlName = 'loose' | 'ordinary';

/** Arguments of a probe; text that begins with `$` stands for a value that is known only when all is running. */
export type ProbeArgument = string | number | { readonly zeros: number } | { readonly open: string };

/** One thing that must not be possible inside a workspace and is outside. */
export interface Check {
  /** Unique, and what a promise quotes. */
  readonly id: string;
  readonly category: Category;
  /** Rows of the table of threats in docs/security.md. */
  readonly threats: readonly string[];
  readonly control: ControlName;
  /** A function of `probes/*.py` and its arguments. */
  readonly probe: readonly [name: string, ...ProbeArgument[]];
  /** Seconds after which it counts as not reached; the default is 12. */
  readonly seconds?: number;
}

/** What a probe found: `reached` is what must be false inside and true outside. */
export interface Answer {
  readonly reached: boolean;
  readonly said: string;
}

/** Checks of one category that share what they have in common; `rows` are id, probe and what differs. */
export function checksOf(
  common: Pick<Check, 'category' | 'threats' | 'control'>,
  rows: readonly (readonly [id: string, probe: Check['probe'], more?: Partial<Check>])[],
): Check[] {
  return rows.map(([id, probe, more]) => ({ ...common, id, probe, ...more }));
}

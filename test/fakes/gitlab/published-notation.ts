/**
 * Facts out of GitLab's own description of its REST API, written down by hand: `doc/api/openapi/openapi_v3.yaml` of
 * https://github.com/gitlabhq/gitlabhq at commit 07fbd7abe2d2c18b6e7ea6a14f627048f28aa795, some 3 MB that no package
 * carries. GraphQL and Git over HTTP are not in it.
 *
 * One line per operation that the stand-in models: `METHOD path` (below `/api/v4`, with the description's own names)
 * → its parameters in query and body, in one, as GitLab takes them. `name*` is required, `name=a|b` has these values
 * only, `a.b` is the property `b` of the object `a`. What belongs to the path is not repeated, negations (`not[…]`) are
 * left out, and so are values of parameters that nobody here sends.
 *
 * To renew: take the file at a newer commit, look up each `METHOD path` in it, compare, and name the new commit here. A
 * new route of the stand-in needs its line first; `gitlab-published.test.ts` says so.
 */
export type PublishedLines = Readonly<Record<string, string>>;

/** The parameters of a list with pages. */
export const PAGES = 'page per_page';

/** A parameter as published; `values` undefined: any. */
export interface PublishedParameter {
  readonly required: boolean;
  readonly values: readonly string[] | undefined;
}

/** The parameters of an operation by their dotted names. */
export type PublishedParameters = ReadonlyMap<string, PublishedParameter>;

const WORD = /^(?<name>[a-z_.]+)(?<star>\*?)(?:=(?<values>\S+))?$/;

/** Reads one line. Throws on a word that is none of the notation's. */
export function readPublished(line: string): PublishedParameters {
  const words = line.split(' ').filter(Boolean);
  return new Map(
    words.map((word) => {
      const { name = '', star, values } = WORD.exec(word)?.groups ?? {};
      if (name === '') throw new Error(`not in the notation: ${word}`);
      return [name, { required: star === '*', values: values?.split('|') }];
    }),
  );
}

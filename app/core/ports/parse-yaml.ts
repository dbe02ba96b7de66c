/** A key or an index for each step from the top of a document. */
export type YamlPath = readonly PropertyKey[];

/** What a YAML text holds, or every fault of it. Lines count from 1. */
export type ParsedYaml =
  | {
      readonly kind: 'value';
      /** Undefined for an empty document. */
      readonly value: unknown;
      /** Line on which a key or an item begins; where the path leads to nothing, the last line it got to. */
      readonly lineOf: (path: YamlPath) => number;
    }
  | { readonly kind: 'faulty'; readonly faults: readonly { readonly line: number; readonly message: string }[] };

/** Reads one YAML 1.2 document; never throws for what is in the text. */
export type ParseYaml = (text: string) => ParsedYaml;

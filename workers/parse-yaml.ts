import { isMap, isNode, isScalar, isSeq, LineCounter, parseDocument, visit, type Document, type Pair } from 'yaml';
import type { ParsedYaml, YamlPath } from '#core/ports/parse-yaml.ts';

/**
 * The value of one YAML 1.2 document, or every fault of it with its line. Bounded by the length of the text: aliases, by
 * which a few lines could stand for gigabytes, are refused, and nothing is quadratic.
 */
export function parseYaml(text: string): ParsedYaml {
  const lineCounter = new LineCounter();
  // Its own search for double keys compares each with each: 13,000 keys, which is 64 KiB, would take seconds.
  const document = parseDocument(text, { lineCounter, prettyErrors: false, uniqueKeys: false });
  const lineAt = (at: number): number => lineCounter.linePos(at).line || 1;
  const faults = [
    ...document.errors.map(({ message, pos }) => ({ message, at: pos[0] })),
    ...(document.errors.length > 0 ? [] : faultsOf(document)),
  ];
  if (faults.length > 0)
    return { kind: 'faulty', faults: faults.map(({ message, at }) => ({ line: lineAt(at), message })) };
  return {
    kind: 'value',
    value: document.toJS({ maxAliasCount: 0 }) ?? undefined,
    lineOf: (path) => lineAt(placeOf(document, path)),
  };
}

function faultsOf(document: Document.Parsed): { message: string; at: number }[] {
  const faults: { message: string; at: number }[] = [];
  visit(document, {
    Alias: (_key, node) =>
      void faults.push({ message: `alias *${node.source} is not taken`, at: node.range?.[0] ?? 0 }),
    Map(_key, map) {
      const keys = new Set<unknown>();
      for (const { key } of map.items) {
        if (!isScalar(key)) continue;
        if (keys.has(key.value))
          faults.push({ message: `key ${String(key.value)} stands twice`, at: key.range?.[0] ?? 0 });
        keys.add(key.value);
      }
    },
  });
  return faults;
}

/** Where a path begins, as an offset in the text. A key stands for its value, which may begin lines below. */
function placeOf(document: Document.Parsed, path: YamlPath): number {
  let node: unknown = document.contents;
  let at = startOf(node) ?? 0;
  for (const step of path) {
    const pair: Pair | undefined = isMap(node)
      ? node.items.find(({ key }) => keyText(key) === String(step))
      : undefined;
    const item: unknown = isSeq(node) ? node.items[Number(step)] : undefined;
    const next = startOf(pair?.key ?? item);
    if (next === undefined) break;
    at = next;
    node = pair === undefined ? item : pair.value;
  }
  return at;
}

function startOf(node: unknown): number | undefined {
  return isNode(node) ? node.range?.[0] : undefined;
}

/** A key as it is named in the value: an absent one is empty. */
function keyText(key: unknown): string | undefined {
  if (!isScalar(key)) return undefined;
  const { value } = key;
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}

import { isScalar, LineCounter, parseDocument, visit, type Document } from 'yaml';

/**
 * The value of one YAML 1.2 document; undefined for an empty one. Bounded by the length of the text: aliases, by which a
 * few lines could stand for gigabytes, are refused, and nothing is quadratic.
 * @throws Error whose message names every fault, one per line, with its place.
 */
export function parseYaml(text: string): unknown {
  const lineCounter = new LineCounter();
  // Its own search for double keys compares each with each: 13,000 keys, which is 64 KiB, would take seconds.
  const document = parseDocument(text, { lineCounter, prettyErrors: false, uniqueKeys: false });
  const faults = [
    ...document.errors.map(({ message, pos }) => ({ message, at: pos[0] })),
    ...(document.errors.length > 0 ? [] : faultsOf(document)),
  ];
  if (faults.length === 0) return document.toJS({ maxAliasCount: 0 }) ?? undefined;
  const lines = faults.map(({ message, at }) => `line ${lineCounter.linePos(at).line}: ${message}`);
  throw new Error(lines.join('\n'));
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

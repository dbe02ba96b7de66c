import { BENCHMARK_NAMES } from './options.ts';
import { shown, shownSpread, type BenchResult, type Figure, type Table } from './figure.ts';

/** Everything a report says. */
export interface BenchReport {
  /** ISO 8601 date. */
  readonly date: string;
  readonly quick: boolean;
  readonly machine: readonly (readonly [string, string])[];
  readonly results: readonly BenchResult[];
}

const INTRODUCTION = `# Benchmarks

Written by \`npm run bench -- --write\`; do not edit. Figures are compared with a floor that was measured in the same run on
the same machine, since times alone say more about the machine than about us. Nothing here is a test: no build fails on it.

\`\`\`
npm run bench                    # prints the figures
npm run bench -- --only intake   # one of ${BENCHMARK_NAMES.join(', ')}
npm run bench -- --quick         # shows that it works
npm run bench -- --write         # writes this file
\`\`\`

Run it on a machine with nothing else to do. Each number is a median, with the smallest and the largest value in brackets.`;

/** The report as Markdown. */
export function renderReport(report: BenchReport): string {
  const { date, quick, machine, results } = report;
  const about = [['Date', date] as const, ...machine];
  return [
    INTRODUCTION,
    ...(quick ? ['> This was a quick run: it shows that the benchmarks work, and its figures mean little.'] : []),
    '## Figures',
    renderTable(['figure', 'measured', 'floor', 'against the floor', 'target', 'met'], results.flatMap(figureRows)),
    ...results.flatMap(renderResult),
    '## Machine',
    renderTable(['', ''], about),
    '',
  ]
    .join('\n\n')
    .replace(/\n+$/, '\n');
}

/** The figures alone, one per line, for a terminal. */
export function renderLines(results: readonly BenchResult[]): string {
  return results
    .flatMap(figureRows)
    .map(([name, measured, floor, relation, target, met]) => {
      const against = floor === '' ? '' : `, floor ${floor}`;
      const compared = relation === '' ? '' : `, ${relation}`;
      return `${name}: ${measured}${against}${compared}${target === '' ? '' : ` (target ${target}: ${met})`}`;
    })
    .join('\n');
}

function renderResult({ title, method, tables, leftOut }: BenchResult): string[] {
  return [
    `## ${title}`,
    ...method,
    ...tables.flatMap((table: Table) => [`### ${table.title}`, renderTable(table.header, table.rows)]),
    ...(leftOut.length > 0 ? ['### Left out on this machine', leftOut.map((line) => `- ${line}`).join('\n')] : []),
  ];
}

function figureRows({ figures }: BenchResult): string[][] {
  return figures.map((figure) => [
    figure.name,
    `${shownSpread(figure.measured)} ${figure.unit}`,
    figure.floor === undefined ? '' : `${shownSpread(figure.floor)} ${figure.unit}`,
    related(figure),
    figure.target?.text ?? '',
    figure.target === undefined ? '' : figure.target.met ? 'yes' : '**no**',
  ]);
}

function related({ relation, unit }: Figure): string {
  if (relation === undefined) return '';
  if (relation.kind === 'ratio') return `× ${shown(relation.value)}`;
  return `${relation.value < 0 ? '−' : '+'}${shown(Math.abs(relation.value))} ${unit}`;
}

function renderTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(header), line(header.map(() => '---')), ...rows.map(line)].join('\n');
}

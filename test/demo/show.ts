import type { PlacedRunLogEvent } from '#core/contracts/run-log.ts';
import { logLines } from '#core/contracts/run-log-lines.ts';

/** The demo's voice on standard output. */
export interface Show {
  title(text: string): void;
  /** A finished step of the set-up, with a fact about it. */
  step(what: string, fact: string): void;
  line(text: string): void;
  event(placed: PlacedRunLogEvent): void;
  diff(patch: string): void;
}

const CODES = { bold: 1, dim: 2, red: 31, green: 32, cyan: 36 } as const;

/** Writes to the given stream; in colour only where a person looks at it. */
export function createShow(out: NodeJS.WriteStream): Show {
  const paint = (style: keyof typeof CODES, text: string): string =>
    out.isTTY && process.env.NO_COLOR === undefined ? `\u001b[${CODES[style]}m${text}\u001b[0m` : text;
  const line = (text: string): void => void out.write(`${text}\n`);
  return {
    title: (text) => line(`\n${paint('bold', text)}`),
    step: (what, fact) => line(`  ${paint('green', '✓')} ${what.padEnd(12)} ${paint('dim', fact)}`),
    line,
    event: ({ event }) => {
      const style = event.type === 'command' ? 'cyan' : event.type === 'error' ? 'red' : undefined;
      for (const text of logLines(event)) line(`  ${style === undefined ? text : paint(style, text)}`);
    },
    diff: (patch) => {
      for (const text of patch.trimEnd().split('\n')) {
        const added = text.startsWith('+') && !text.startsWith('+++');
        const removed = text.startsWith('-') && !text.startsWith('---');
        line(`  ${added ? paint('green', text) : removed ? paint('red', text) : text}`);
      }
    },
  };
}

import type { RunLogEntry } from '#core/contracts/run-log.ts';
import { clipText, plainText } from './plain-text.ts';
import { createLineReader } from './read-lines.ts';

/** What Codex said on stderr, where some failures appear and nowhere else. */
export interface CodexComplaints {
  /** The last lines, oldest first. */
  readonly tail: readonly string[];
  /** Tool calls that were refused or broke before anything ran; Codex 0.169.0 exits with 0 after them. At most 20. */
  readonly toolFaults: readonly string[];
}

/** Reads stderr while Codex runs. */
export interface ComplaintReader {
  write(chunk: Uint8Array): void;
  end(): CodexComplaints;
}

const TAIL_LINES_MAX = 8;
const TOOL_FAULTS_MAX = 20;
const LINE_BYTES_MAX = 64 * 1024;
const LINE_CHARACTERS_MAX = 500;
/** Lines of stderr that become log entries; a broken Codex could write without end. */
const SHOWN_MAX = 100;
/** E.g. `2026-11-23T15:05:34.219582Z ERROR codex_core::tools::router: error=unsupported call: no_such_tool`. */
const RECORD = /^\S+Z\s+ERROR\s+(\S+?):\s+(?:error=)?(.*)$/;
const TOOL_ROUTER = 'codex_core::tools::router';

/** `onEntry` gets each error Codex logs, as a `log` entry. */
export function readComplaints(onEntry: (entry: RunLogEntry) => void): ComplaintReader {
  const tail: string[] = [];
  const toolFaults: string[] = [];
  let shown = 0;
  const reader = createLineReader(LINE_BYTES_MAX, {
    onLine(raw) {
      const line = clipText(plainText(raw), LINE_CHARACTERS_MAX);
      if (line.trim() === '') return;
      tail.push(line);
      if (tail.length > TAIL_LINES_MAX) tail.shift();
      const [, target, message] = RECORD.exec(line) ?? [];
      if (target === undefined || message === undefined) return;
      if (target === TOOL_ROUTER && toolFaults.length < TOOL_FAULTS_MAX) toolFaults.push(message);
      shown += 1;
      if (shown <= SHOWN_MAX) onEntry({ type: 'log', stage: 'codex', message: `Codex error: ${message}` });
    },
    onTooLong: () => undefined,
  });
  return {
    write: (chunk) => reader.write(chunk),
    end() {
      reader.end();
      return { tail, toolFaults };
    },
  };
}

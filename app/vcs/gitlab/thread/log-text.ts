/** Colours and cursor movements (ECMA-48, 5.4), and texts for the terminal's title bar, by which GitLab's runner marks nothing. */
const ESCAPES = /\u001B(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001B]*(?:\u0007|\u001B\\)|[@-Z\\-_])/g;

/** Where a foldable part begins and ends: https://docs.gitlab.com/ci/jobs/job_logs/#custom-collapsible-sections */
const SECTIONS = /section_(?:start|end):\d{1,20}:[\w.-]{1,255}(?:\[[^\]\r\n]{0,255}\])?\r?/g;

/**
 * What newer runners put before each line: when, by which stream, and a plus when the line goes on the one before. Source:
 * https://docs.gitlab.com/ci/jobs/job_logs/#job-log-timestamps
 */
const STAMP = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z [\da-f]{2}[EO]([+ ]|$)/;

/**
 * A job's log as somebody reads it: without times, section marks, colours and what a later print in the same line has
 * replaced. Linear in time.
 */
export function readableLog(raw: string): string {
  const lines: string[] = [];
  for (const row of raw.split('\n')) {
    const stamp = STAMP.exec(row);
    const text = stamp === null ? row : row.slice(stamp[0].length);
    if (stamp?.[1] === '+' && lines.length > 0) lines.push(`${lines.pop() ?? ''}${text}`);
    else lines.push(text);
  }
  return lines.map(readableLine).join('\n');
}

function readableLine(line: string): string {
  const plain = line.replaceAll(SECTIONS, '').replaceAll(ESCAPES, '');
  return plain.split('\r').findLast((part) => part !== '') ?? '';
}

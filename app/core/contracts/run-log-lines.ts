import type { RunLogEvent } from './run-log.ts';

/** One run-log event as lines of plain text for people: commands with `$`, failures with `✗`, everything else as it is. */
export function logLines(event: RunLogEvent): readonly string[] {
  const text = (event.message ?? '').replace(/\u001b\[[0-9;?]*[A-Za-z]|[\u0000-\u0008\u000B-\u001F\u007F]/g, '');
  switch (event.type) {
    case 'command':
      return [`$ ${event.command ?? ''}`];
    case 'status':
      return text.split('\n').map((line, index) => (index === 0 ? `· ${line}` : `  ${line}`));
    case 'user_prompt':
    case 'user_message':
      return text.split('\n').map((line) => `> ${line}`);
    case 'assistant_message':
      return text.split('\n').map((line) => `» ${line}`);
    case 'error':
      return [`✗ ${text}`];
    case 'completed':
      return [`✓ ${text}`];
    case 'log':
      return text.split('\n').map((line) => `  ${line}`);
  }
}

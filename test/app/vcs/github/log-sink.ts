import type { Logger, LogFields } from '#core/ports/runtime.ts';

/** A logger that keeps what it is given, for assertions on what was and was not logged. */
export interface LogSink extends Logger {
  readonly records: readonly { level: string; fields: LogFields; message: string }[];
  /** All records as one text, errors with message and stack. */
  text(): string;
}

/** Creates an empty one. */
export function createLogSink(): LogSink {
  const records: { level: string; fields: LogFields; message: string }[] = [];
  const at = (level: string) => (fields: LogFields, message: string) => void records.push({ level, fields, message });
  return {
    records,
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    text: () => JSON.stringify(records, (_key, value: unknown) => (value instanceof Error ? value.stack : value)),
  };
}

/** Time, identity and waiting, passed in so that the core is deterministic in tests. */
export interface Runtime {
  /** Now, ISO 8601 UTC with milliseconds. */
  now(): string;
  /** A new random UUID (version 4). */
  id(): string;
  /** Resolves after `ms` milliseconds, or at once when the signal aborts (never rejects). */
  wait(ms: number, signal?: AbortSignal): Promise<void>;
  /** SHA-256 of UTF-8 text or bytes, lower-case hex. */
  sha256(content: string | Uint8Array): string;
}

/** Fields that name the subject of a log record. */
export type LogFields = Readonly<Record<string, unknown>>;

/** Structured log: the object first, then a static lower-case message. Values are redacted by the sink. */
export interface Logger {
  debug(fields: LogFields, message: string): void;
  info(fields: LogFields, message: string): void;
  warn(fields: LogFields, message: string): void;
  error(fields: LogFields, message: string): void;
}

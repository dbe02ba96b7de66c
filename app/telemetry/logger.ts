import pino from 'pino';
import type { Redactor } from '#core/domain/text/secrets.ts';
import type { LogFields, Logger } from '#core/ports/runtime.ts';

/**
 * JSON records, one per line, on the given stream (standard error by default, so that standard output stays free for a
 * command's result). Every finished line passes the redactor. Errors are logged with their causes.
 */
export function createLogger(
  options: { level: string; name: string },
  deps: { redactor: Redactor; write?: (line: string) => void; onError?: (fields: LogFields, message: string) => void },
): Logger {
  const write = deps.write ?? ((line: string) => void process.stderr.write(line));
  const log = pino(
    { level: options.level, name: options.name, timestamp: pino.stdTimeFunctions.isoTime },
    { write: (line) => write(deps.redactor.redact(line)) },
  );
  return {
    debug: (fields, message) => log.debug(fields, message),
    info: (fields, message) => log.info(fields, message),
    warn: (fields, message) => log.warn(fields, message),
    error: (fields, message) => {
      log.error(fields, message);
      deps.onError?.(fields, message);
    },
  };
}

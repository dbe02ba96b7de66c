import type { LogFields } from '#core/ports/runtime.ts';
import { errorReport } from './error-report.ts';
import type { SentryOptions } from './sentry.ts';

/** Where log records of level error go besides the log. Disposing sends what is under way, within 2 s, and ends. */
export interface ErrorReports extends AsyncDisposable {
  /**
   * Reports one record, unless sixty were within the minute; one with `fatal: true` always. Never throws and waits for nothing.
   */
  report(fields: LogFields, message: string): void;
}

const CLOSE_MS_MAX = 2_000;
const WINDOW_MS = 60_000;
/** What is broken breaks again and again: the same sixty say as much as six thousand. */
const PER_WINDOW_MAX = 60;

/**
 * Opens reporting to the error tracker of a DSN. The SDK is loaded here and nowhere else, so that it costs nothing where there
 * is no DSN.
 */
export async function openErrorReports(options: SentryOptions): Promise<ErrorReports> {
  const { openSentry } = await import('./sentry.ts');
  const client = openSentry(options);
  let window = { since: Date.now(), count: 0 };
  const isTooMany = (): boolean => {
    const now = Date.now();
    if (now - window.since >= WINDOW_MS) window = { since: now, count: 0 };
    window.count += 1;
    return window.count > PER_WINDOW_MAX;
  };
  return {
    report: (fields, message) => {
      const report = errorReport(fields, message);
      if (!isTooMany() || report.fatal) client.send(report);
    },
    [Symbol.asyncDispose]: () => client.close(CLOSE_MS_MAX),
  };
}

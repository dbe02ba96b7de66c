import type { Redactor } from '#core/domain/text/secrets.ts';
import type { Logger } from '#core/ports/runtime.ts';
import type { Base } from './config.ts';
import { openErrorReports, type ErrorReports } from './telemetry/error-reports.ts';
import { createLogger } from './telemetry/logger.ts';
import { installedVersion } from './version.ts';

/** What a process says of itself. Disposing sends the reports that are under way. */
export interface Telemetry extends AsyncDisposable {
  readonly logger: Logger;
}

/** What {@link openTelemetry} reads; slices of `Base`. */
export type TelemetryConfig = Pick<Base, 'LOG_LEVEL' | 'SENTRY_DSN' | 'SENTRY_ENVIRONMENT' | 'SENTRY_RELEASE'>;

/**
 * Opens the log of a process and, with SENTRY_DSN, reports each record of level error. Then an error that nobody catches is
 * logged and reported as well, before the process ends with 1, as it would without. `write`: see `createLogger`.
 */
export async function openTelemetry(
  config: TelemetryConfig,
  process: { readonly name: string; readonly redactor: Redactor; readonly write?: (line: string) => void },
): Promise<Telemetry> {
  const { name, redactor } = process;
  const reports = await reportsOf(config, { name, redactor });
  const { write } = process;
  const sinks = {
    ...(write === undefined ? {} : { write }),
    ...(reports === undefined ? {} : { onError: reports.report }),
  };
  const logger = createLogger({ level: config.LOG_LEVEL, name }, { redactor, ...sinks });
  if (reports === undefined) return { logger, [Symbol.asyncDispose]: () => Promise.resolve() };
  const unwatch = watchUncaught(logger, reports);
  return {
    logger,
    [Symbol.asyncDispose]: async () => {
      unwatch();
      await reports[Symbol.asyncDispose]();
    },
  };
}

async function reportsOf(
  config: TelemetryConfig,
  { name, redactor }: { readonly name: string; readonly redactor: Redactor },
): Promise<ErrorReports | undefined> {
  const { SENTRY_DSN: dsn, SENTRY_ENVIRONMENT: environment } = config;
  if (dsn === undefined) return undefined;
  const release = config.SENTRY_RELEASE ?? `astraforge@${installedVersion()}`;
  return openErrorReports({ dsn, release, environment, process: name, redact: (text) => redactor.redact(text) });
}

/** A rejection that nobody handles comes here too: Node raises it as such an error when nobody asks for it. */
function watchUncaught(logger: Logger, reports: ErrorReports): () => void {
  const end = (thrown: unknown, origin: string): void => {
    logger.error({ err: thrown, origin, fatal: true }, 'the process ends by an error that nobody caught');
    void reports[Symbol.asyncDispose]().then(() => process.exit(1));
  };
  process.on('uncaughtException', end);
  return () => void process.off('uncaughtException', end);
}

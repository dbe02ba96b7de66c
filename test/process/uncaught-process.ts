/** A process that opens its telemetry as ours do, and then meets what nobody catches: FAILS_BY says what. */
import { toAppError } from '#core/domain/errors.ts';
import { createRedactor } from '#core/domain/text/secrets.ts';
import { openTelemetry } from '../../app/compose-telemetry.ts';
import { Base, readConfig } from '../../app/config.ts';

const config = readConfig(Base, process.env);
const telemetry = await openTelemetry(config, { name: 'app', redactor: createRedactor() });
telemetry.logger.info({}, 'it is open');
const failure = toAppError(new Error(process.env['PLANTED']), `Reading ${process.env['PLANTED']}`);
// Long enough that it is the failure by which it ends.
setTimeout(() => process.exit(0), 60_000);
if (process.env['FAILS_BY'] === 'unhandled rejection') void Promise.reject(failure);
else
  setImmediate(() => {
    throw failure;
  });

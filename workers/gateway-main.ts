import { fileURLToPath } from 'node:url';
import { createRedactor } from '#core/domain/text/secrets.ts';
import { openTelemetry } from '../app/compose-telemetry.ts';
import { Base, readConfig } from '../app/config.ts';
import { ErrorReporting } from '../app/config-telemetry.ts';
import { runRoot, untilStopped } from '../app/process.ts';
import { EgressOptions, GatewayServiceOptions, parseGuestAddress } from './gateway/gateway-options.ts';
import { openGatewayService } from './gateway/gateway-service.ts';
import { ModelServerOptions } from './gateway/model/model-options.ts';
import { proxyConfigOf } from './gateway/model/proxy-config.ts';

/** Variables of this process: its own, and those of the model and of egress. */
export const GatewayVariables = GatewayServiceOptions.extend(ModelServerOptions.shape)
  .extend(EgressOptions.shape)
  .extend({ LOG_LEVEL: Base.shape.LOG_LEVEL, ...ErrorReporting.shape });

async function main(): Promise<void> {
  const config = readConfig(GatewayVariables, process.env);
  const redactor = createRedactor();
  const proxy = proxyConfigOf(config);
  for (const secret of [proxy.upstream.apiKey, config.LLM_PROXY_SECRET]) redactor.register(secret);
  await using telemetry = await openTelemetry(config, { name: 'gateway', redactor });
  const { logger } = telemetry;
  const guests = config.GATEWAY_GUEST_ADDRESS;
  await using service = await openGatewayService({
    ...proxy,
    host: config.GATEWAY_HOST,
    port: config.GATEWAY_PORT,
    adminPort: config.GATEWAY_ADMIN_PORT,
    ...(guests === undefined ? {} : { guests: parseGuestAddress(guests) }),
    secret: config.LLM_PROXY_SECRET,
    redactor,
    logger,
  });
  logger.info({ host: config.GATEWAY_HOST, port: service.port, adminPort: service.adminPort }, 'gateway serves');
  await untilStopped();
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await runRoot(main);

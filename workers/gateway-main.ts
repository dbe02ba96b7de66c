import { fileURLToPath } from 'node:url';
import { createRedactor } from '#core/domain/secrets.ts';
import { readConfig, Workers } from '../app/config.ts';
import { runRoot, untilStopped } from '../app/process.ts';
import { createLogger } from '../app/telemetry/logger.ts';
import { GatewayServiceOptions, parseGuestAddress } from './gateway/gateway-options.ts';
import { openGatewayService } from './gateway/gateway-service.ts';
import { modelOf } from './gateway/model-config.ts';

/** Variables of this process: its own, and those of the model. */
const GatewayVariables = GatewayServiceOptions.extend({
  LOG_LEVEL: Workers.shape.LOG_LEVEL,
  OPENAI_API_KEY: Workers.shape.OPENAI_API_KEY,
  OPENAI_BASE_URL: Workers.shape.OPENAI_BASE_URL,
  OPENAI_ORG_ID: Workers.shape.OPENAI_ORG_ID,
  OPENAI_PROJECT: Workers.shape.OPENAI_PROJECT,
});

async function main(): Promise<void> {
  const config = readConfig(GatewayVariables, process.env);
  const redactor = createRedactor();
  const model = modelOf(config);
  for (const secret of [model.upstream.apiKey, config.LLM_PROXY_SECRET]) redactor.register(secret);
  const logger = createLogger({ level: config.LOG_LEVEL, name: 'gateway' }, { redactor });
  const guests = config.GATEWAY_GUEST_ADDRESS;
  await using service = await openGatewayService({
    ...model,
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

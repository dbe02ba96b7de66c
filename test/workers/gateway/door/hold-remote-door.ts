/** A worker in a process of its own, to be killed: opens one door at the service that its environment names and keeps it. */
import { createRedactor } from '#core/domain/text/secrets.ts';
import { EgressOptions, GatewayClientOptions } from '../../../../workers/gateway/gateway-options.ts';
import { KeylessModelServerOptions } from '../../../../workers/gateway/model/model-options.ts';
import { openGateway } from '../../../../workers/gateway/open-gateway.ts';
import { generousTerms, recordLog } from '../open-gateway.ts';

const Config = KeylessModelServerOptions.extend(GatewayClientOptions.shape).extend(EgressOptions.shape);
const gateway = await openGateway(Config.parse(process.env), {
  logger: recordLog(),
  redactor: createRedactor(),
  record: () => Promise.resolve(),
});
const { doors } = await gateway.open({ runId: 'run-held', epoch: 1 }, generousTerms({ kind: 'network' }));
process.stdout.write(`${JSON.stringify({ msg: 'door open', doors })}\n`);

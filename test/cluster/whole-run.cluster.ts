import { afterAll, beforeAll, describe } from 'vitest';
import { fixFailingTest } from '../fakes/model/fix-failing-test.ts';
import { startScriptedModel } from '../fakes/model/scripted-model.ts';
import type { ScriptedModel } from '../fakes/model/scripted-model.ts';
import { mainJobFlow } from '../flow/main-job.flow.ts';
import { startGatewayService } from '../workers/gateway/start-gateway-service.ts';
import type { StartedGateway } from '../workers/gateway/start-gateway-service.ts';
import { clusterAccess } from './open-cluster.ts';

/** Small enough that a pod and a warm one fit on a node with two CPUs. */
const SIZE = { SANDBOX_CPUS: '0.5', SANDBOX_MEMORY_BYTES: String(1024 ** 3) };

describe('from a comment to a pull request on a real cluster, with the real Codex CLI', () => {
  let model: ScriptedModel;
  let gateway: StartedGateway;
  beforeAll(async () => {
    const { host, port, localPort } = clusterAccess().gateway;
    model = await startScriptedModel({ scenario: fixFailingTest });
    const env = { GATEWAY_HOST: '0.0.0.0', GATEWAY_GUEST_ADDRESS: `${host}:${port}` };
    gateway = await startGatewayService({ model, port: localPort, env });
  });
  afterAll(async () => {
    await gateway[Symbol.asyncDispose]();
    await model[Symbol.asyncDispose]();
  });
  mainJobFlow(async () => ({
    PROVISIONER: 'k8s',
    KUBECONFIG: clusterAccess().kubeconfigPath,
    LLM_PROXY_URL: gateway.url,
    LLM_PROXY_SECRET: gateway.secret,
    ...SIZE,
  }));
});

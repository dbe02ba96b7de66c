import { afterAll, beforeAll } from 'vitest';
import { fixFailingTest } from '../../fakes/model/fix-failing-test.ts';
import { startScriptedModel } from '../../fakes/model/scripted-model.ts';
import type { ScriptedModel } from '../../fakes/model/scripted-model.ts';
import { startKubernetes } from '../../fakes/kubernetes/start-kubernetes.ts';
import type { KubernetesStandIn } from '../../fakes/kubernetes/start-kubernetes.ts';
import { mainJobFlow } from '../../flow/main-job.flow.ts';
import { describeWith } from '../../services/describe-with.ts';
import { startGatewayService } from '../../workers/gateway/start-gateway-service.ts';
import type { StartedGateway } from '../../workers/gateway/start-gateway-service.ts';

/** Where pods find the gateway service. */
const SERVICE = { address: '127.84.43.1', port: 8443 };

describeWith(['codex', 'docker'], 'from a comment to a pull request: pods and the gateway as a service', () => {
  let model: ScriptedModel;
  let gateway: StartedGateway;
  let cluster: KubernetesStandIn;
  beforeAll(async () => {
    model = await startScriptedModel({ scenario: fixFailingTest });
    const env = { GATEWAY_GUEST_ADDRESS: `${SERVICE.address}:${SERVICE.port}` };
    gateway = await startGatewayService({ model, env });
    const target = () => ({ host: '127.0.0.1', port: gateway.port });
    cluster = await startKubernetes({ version: '1.36', route: { ...SERVICE, target } });
  });
  afterAll(async () => {
    await cluster[Symbol.asyncDispose]();
    await gateway[Symbol.asyncDispose]();
    await model[Symbol.asyncDispose]();
  });
  mainJobFlow(async () => ({
    PROVISIONER: 'k8s',
    KUBECONFIG: cluster.kubeconfig.operator,
    LLM_PROXY_URL: gateway.url,
    LLM_PROXY_SECRET: gateway.secret,
  }));
});

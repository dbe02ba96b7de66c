import { describeWith } from '../services/describe-with.ts';
import { kubectlCases } from './kubernetes/kubectl-cases.ts';
import { startKubernetes } from './kubernetes/start-kubernetes.ts';

describeWith(['docker', 'codex', 'kubectl'], 'kubectl works against the Kubernetes stand-in:', () => {
  kubectlCases(async () => {
    const standIn = await startKubernetes({ version: '1.36', route: null });
    return { ...standIn, kubeconfig: standIn.kubeconfig.admin, operator: standIn.kubeconfig.operator };
  }, true);
});

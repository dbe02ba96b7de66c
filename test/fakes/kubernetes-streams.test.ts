import { describe } from 'vitest';
import { describeWith } from '../services/describe-with.ts';
import { startKubernetes } from './kubernetes/start-kubernetes.ts';
import { streamCases } from './kubernetes/stream-cases.ts';

describeWith(['docker', 'codex'], 'streams into pods of the Kubernetes stand-in', () => {
  describe.each(['1.20', '1.36'] as const)('as %s has them:', (version) =>
    streamCases(async () => {
      const standIn = await startKubernetes({ version, route: null });
      return { ...standIn, kubeconfig: standIn.kubeconfig.admin };
    }, version !== '1.20'),
  );
});

import { describe } from 'vitest';
import { kubectlCases } from '../fakes/kubernetes/kubectl-cases.ts';
import { streamCases } from '../fakes/kubernetes/stream-cases.ts';
import { describeWith } from '../services/describe-with.ts';
import { clusterAccess } from './open-cluster.ts';

const open = async () => {
  const { adminPath: kubeconfig, kubeconfigPath: operator, namespace } = clusterAccess();
  return { kubeconfig, operator, namespace, [Symbol.asyncDispose]: async () => undefined };
};

describe('the cases of the stand-in on a real cluster:', () => {
  describe('streams', () => streamCases(open, false));
  describeWith(['kubectl'], 'kubectl', () => kubectlCases(open, false));
});

import { describe } from 'vitest';
import { provisionerContract } from '../contract/provisioner.contract.ts';
import { describeWith } from '../services/describe-with.ts';
import { openKubernetes } from '../sandbox/open-kubernetes.ts';

describeWith(['docker', 'codex'], 'the kubernetes provisioner', () => {
  describe('on 1.20, where a stdin that ends takes everything with it:', () =>
    provisionerContract(() => openKubernetes('1.20')));
});

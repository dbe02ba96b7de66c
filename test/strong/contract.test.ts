import { describe } from 'vitest';
import { provisionerContract } from '../contract/provisioner.contract.ts';
import { openDocker } from '../sandbox/open-subject.ts';

describe('the docker provisioner with gVisor', () =>
  provisionerContract(async () => ({ ...(await openDocker(undefined, { profile: 'strong' })), hasOwnKernel: true })));

import { provisionerContract } from '../contract/provisioner.contract.ts';
import { describeWith } from '../services/describe-with.ts';
import { openRemote } from './open-subject.ts';

describeWith(['confinement', 'codex'], 'the provisioner behind the sandbox process', () =>
  provisionerContract(() => openRemote()),
);

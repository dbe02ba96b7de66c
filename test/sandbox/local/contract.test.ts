import { provisionerContract } from '../../contract/provisioner.contract.ts';
import { describeWith } from '../../services/describe-with.ts';
import { openLocal } from '../open-subject.ts';

describeWith(['confinement', 'codex'], 'the local provisioner', () => provisionerContract(() => openLocal()));

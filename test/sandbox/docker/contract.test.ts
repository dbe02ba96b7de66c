import { provisionerContract } from '../../contract/provisioner.contract.ts';
import { describeWith } from '../../services/describe-with.ts';
import { openDocker } from '../open-subject.ts';

describeWith(['docker', 'codex'], 'the docker provisioner', () => provisionerContract(() => openDocker()));

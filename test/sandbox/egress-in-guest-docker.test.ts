import { describeWith } from '../services/describe-with.ts';
import { egressInGuestCases } from './egress-in-guest-cases.ts';
import { openDocker } from './open-subject.ts';

describeWith(['docker', 'codex'], 'egress from a container:', () => egressInGuestCases(() => openDocker()));

import { describeWith } from '../services/describe-with.ts';
import { egressInGuestCases } from './egress-in-guest-cases.ts';
import { openLocal } from './open-subject.ts';

describeWith(['confinement', 'codex'], 'egress from a local guest:', () => egressInGuestCases(() => openLocal()));

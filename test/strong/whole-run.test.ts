import { describe } from 'vitest';
import { mainJobFlow } from '../flow/main-job.flow.ts';

describe('from a comment to a pull request with gVisor, with the real Codex CLI', () => {
  mainJobFlow(async () => ({ PROVISIONER: 'docker', SANDBOX_PROFILE: 'strong' }));
});

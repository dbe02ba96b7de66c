import { expect, test } from 'vitest';
import type { PodLimits } from '../../../sandbox/kubernetes/pod.ts';
import { verifyPod } from '../../../sandbox/kubernetes/verify.ts';
import { GUEST_PATHS } from '../../../sandbox/guest-layout.ts';
import { printedReport, SAMPLE_FILES, SAMPLE_LIMITS } from '../verify/sample.ts';

test('a runtime class that promised gVisor and gave the host’s kernel is refused', async () => {
  const stdout = Buffer.from(printedReport(SAMPLE_FILES.v1));
  const exit = { end: 'exited', exitCode: 0, stdout, stderr: new Uint8Array() } as const;
  const unused = (): never => {
    throw new Error('must not be asked');
  };
  let destroyed = 0;
  const guest = {
    id: 'pod',
    madeFrom: 'nothing',
    paths: GUEST_PATHS,
    exec: async () => exit,
    upload: unused,
    download: unused,
    destroy: async () => void (destroyed += 1),
  };
  const { instance, memoryBytes, cpus, workspaceBytes } = SAMPLE_LIMITS;
  const limits: PodLimits = {
    ...{ instance, memoryBytes, cpus, workspaceBytes, secondsMax: 3_600 },
    ...{ serviceAccount: 'astraforge-workspace', runtimeClass: 'gvisor', kernel: 'gvisor', userNamespaces: false },
  };
  await expect(verifyPod(guest, limits)).rejects.toMatchObject({
    code: 'denied',
    message: expect.stringContaining('/ is not served by gVisor'),
  });
  expect(destroyed).toBe(1);
});

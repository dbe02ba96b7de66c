import type { DockerLimits } from '../docker/spec.ts';
import { GUEST_PATHS, GUEST_USER_ID } from '../guest-layout.ts';
import { HOME_BYTES, INODES_MAX, OOM_SCORE, OPEN_FILES_MAX, SHARED_MEMORY_BYTES, TMP_BYTES } from '../limits.ts';
import type { ExpectedGuest } from './faults.ts';

/** What a container of `containerSpec` with these limits is like from inside, by profile. */
export function expectedContainer(limits: DockerLimits): ExpectedGuest {
  const { profile = 'standard', appArmor = false, pidsMax, memoryBytes, cpus } = limits;
  const inodesMax = profile === 'strong' ? null : INODES_MAX;
  return {
    userId: GUEST_USER_ID,
    kernel: profile === 'strong' ? 'gvisor' : 'linux',
    appArmor: appArmor ? 'docker-default' : null,
    oomScore: OOM_SCORE,
    openFilesMax: OPEN_FILES_MAX,
    sharedMemoryBytes: SHARED_MEMORY_BYTES,
    group: { pidsMax, memoryBytes, cpus },
    readOnly: [GUEST_PATHS.sockets],
    tmpfs: [
      { path: '/tmp', bytes: TMP_BYTES, inodesMax, mode: '1777' },
      { path: GUEST_PATHS.home, bytes: HOME_BYTES, inodesMax, mode: '700' },
      { path: GUEST_PATHS.workspace, bytes: limits.workspaceBytes, inodesMax, mode: '700' },
    ],
  };
}

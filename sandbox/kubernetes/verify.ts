import type { Guest } from '#core/ports/provisioner.ts';
import { GUEST_PATHS, GUEST_USER_ID } from '../guest-layout.ts';
import type { PodLimits } from './pod.ts';
import { HOME_BYTES, OPEN_FILES_MAX, SHARED_MEMORY_BYTES, TMP_BYTES } from '../limits.ts';
import type { ExpectedGuest } from '../verify/faults.ts';
import { verifyGuest } from '../verify/guest.ts';

const ROOT = 0;
/** What the kubelet mounts: one belongs to root, the other is bounded by the size of a file (see `kubernetes/scripts.ts`). */
const NODE_FILES = ['/etc/hosts', '/dev/termination-log'];

/**
 * What a pod of `podFor` is like from inside, as measured on a real node. The limit of processes is the node's
 * (`podPidsLimit`) and is not shown inside; so is the order in which the kernel takes memory back.
 */
function expectedPod({ memoryBytes, cpus, workspaceBytes, kernel }: PodLimits): ExpectedGuest {
  const sizes = { [GUEST_PATHS.workspace]: workspaceBytes, [GUEST_PATHS.home]: HOME_BYTES, '/tmp': TMP_BYTES };
  return {
    userId: GUEST_USER_ID,
    kernel,
    appArmor: null,
    oomScore: null,
    openFilesMax: OPEN_FILES_MAX,
    sharedMemoryBytes: SHARED_MEMORY_BYTES,
    hasPodNetwork: true,
    group: { pidsMax: null, memoryBytes, cpus },
    readOnly: [],
    nodeFiles: NODE_FILES,
    tmpfs: Object.entries(sizes).map(([path, bytes]) => ({
      path,
      bytes,
      inodesMax: null,
      mode: '1777',
      ownerId: ROOT,
      isUnflagged: true,
    })),
  };
}

/** As {@link verifyGuest}: a runtime class is a name, so that gVisor really answers is looked up inside as well. */
export function verifyPod(guest: Guest, limits: PodLimits): Promise<void> {
  return verifyGuest(guest, expectedPod(limits));
}

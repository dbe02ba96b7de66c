import type { GitTransfer } from '../../fakes/git-host/journal.ts';

/** Bytes of objects that were fetched by git. */
export function bytesServed(traffic: readonly GitTransfer[]): number {
  return traffic
    .filter((one) => one.service === 'git-upload-pack' && one.step === 'exchange')
    .reduce((sum, one) => sum + one.bytesServed, 0);
}

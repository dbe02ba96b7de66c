import type { Found } from './found.ts';
import { findProgram } from './find-program.ts';

/** Where `kubectl` is. Debian packages it as kubernetes-client; any release works. */
export async function findKubectl(): Promise<Found<string>> {
  const path = findProgram('kubectl');
  if (path !== undefined) return { found: true, value: path };
  return { found: false, reason: 'kubectl is not there (apt-get install kubernetes-client)' };
}

import { AppError } from '#core/domain/errors.ts';
import type { Guest } from '#core/ports/provisioner.ts';
import { faultsOf } from './faults.ts';
import type { ExpectedGuest } from './faults.ts';
import { readReport, REPORT_COMMAND } from './report.ts';

const REPORT_TIMEOUT_MS = 10_000;
const REPORT_BYTES_MAX = 256 * 1024;

/**
 * Looks from inside at what a fresh guest really is, with one command and before anything of a repository is in it. An
 * engine accepts flags that then do nothing, so what was asked for proves nothing. A guest that differs is destroyed.
 * Throws AppError `denied` that names every difference; `missing` and `unavailable` as {@link Guest.exec}.
 * It guards against engines and settings, not against an image that lies about itself.
 */
export async function verifyGuest(guest: Guest, expected: ExpectedGuest): Promise<void> {
  const faults = await lookInside(guest, expected);
  if (faults.length === 0) return;
  await guest.destroy();
  throw new AppError(
    'denied',
    `The workspace is not walled in as it must be, so nothing runs in it: ${faults.join('; ')}.`,
  );
}

async function lookInside(guest: Guest, expected: ExpectedGuest): Promise<string[]> {
  const exit = await guest.exec({
    argv: REPORT_COMMAND,
    cwd: '/',
    timeoutMs: REPORT_TIMEOUT_MS,
    outputBytesMax: REPORT_BYTES_MAX,
    offline: true,
  });
  if (exit.end !== 'exited') return [`looking inside ended with ${exit.end}`];
  return faultsOf(readReport(Buffer.from(exit.stdout).toString('utf8')), expected);
}

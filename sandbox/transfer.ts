import { AppError } from '#core/domain/errors.ts';
import type { Guest, GuestExit } from '#core/ports/provisioner.ts';

/** Milliseconds one file may take in either direction. */
const TRANSFER_TIMEOUT_MS = 120_000;
/** Bytes of complaint kept when an upload fails. */
const COMPLAINT_BYTES_MAX = 4_096;
const EXIT_ABSENT = 44;
const EXIT_NOT_A_FILE = 45;

const UPLOAD_SCRIPT = `
umask 022
part="$1.$$.part"
[ -d "\${1%/*}/" ] || mkdir -p -- "\${1%/*}/" || exit 1
cat >"$part" && mv -fT -- "$part" "$1" && exit 0
rm -f -- "$part"
exit 1`;

const DOWNLOAD_SCRIPT = `
[ -e "$1" ] || exit ${EXIT_ABSENT}
[ -f "$1" ] || exit ${EXIT_NOT_A_FILE}
exec cat -- "$1"`;

type Exec = Guest['exec'];

/**
 * Files in and out of a guest over nothing but `exec`: symlinks planted by an agent are resolved inside the guest, never
 * on the host, and mounts that an engine's archive call does not see work too. The file appears whole or not at all.
 */
export async function uploadFile(
  exec: Exec,
  path: string,
  content: Uint8Array | AsyncIterable<Uint8Array>,
): Promise<void> {
  const exit = await exec({
    argv: ['/bin/sh', '-c', UPLOAD_SCRIPT, 'upload', requireAbsolute(path)],
    stdin: content,
    timeoutMs: TRANSFER_TIMEOUT_MS,
    outputBytesMax: COMPLAINT_BYTES_MAX,
    offline: true,
  });
  if (exit.exitCode !== 0) throw transferFailed('upload', exit);
}

/** Reads a regular file; a fifo or device planted under that name is refused instead of waited for. */
export async function downloadFile(exec: Exec, path: string, bytesMax: number): Promise<Uint8Array> {
  const exit = await exec({
    argv: ['/bin/sh', '-c', DOWNLOAD_SCRIPT, 'download', requireAbsolute(path)],
    timeoutMs: TRANSFER_TIMEOUT_MS,
    outputBytesMax: bytesMax,
    offline: true,
  });
  if (exit.end === 'output-limit')
    throw new AppError('invalid', `download from the guest: file is larger than ${bytesMax} bytes`);
  if (exit.exitCode === EXIT_ABSENT) throw new AppError('missing', 'download from the guest: no such file');
  if (exit.exitCode === EXIT_NOT_A_FILE) throw new AppError('invalid', 'download from the guest: not a regular file');
  if (exit.exitCode !== 0) throw transferFailed('download', exit);
  return exit.stdout;
}

function requireAbsolute(path: string): string {
  if (path.startsWith('/') && !path.includes('\0')) return path;
  throw new AppError('invalid', 'guest file path must be absolute');
}

/** What the guest complained about is agent text, so it goes to the cause and not into the message. */
function transferFailed(action: string, exit: GuestExit): AppError {
  const cause = new Error(Buffer.from(exit.stderr).toString('utf8'));
  if (exit.end === 'timeout') return new AppError('unavailable', `${action} took too long`, { cause });
  return new AppError('invalid', `${action} failed inside the guest`, {
    cause,
    context: { exitCode: exit.exitCode ?? -1 },
  });
}

import type { GuestCommand, GuestExit } from '#core/ports/provisioner.ts';

/** Why a command was ended by us. */
export type ExecStop = Exclude<GuestExit['end'], 'exited'>;

/** The three ways a running command is ended from outside; the first one wins. */
export interface ExecWatch {
  /** Null while nothing asked the command to end. */
  readonly stopped: ExecStop | null;
  stop(reason: ExecStop): void;
  /** Forgets timer and signal, and {@link ExecWatch.stop} does nothing from now on; call it when the command has ended. */
  close(): void;
}

/** Calls `kill` once, at the command's timeout, when its signal aborts, or on {@link ExecWatch.stop}. */
export function watchExec(command: Pick<GuestCommand, 'timeoutMs' | 'signal'>, kill: () => void): ExecWatch {
  let stopped: ExecStop | null = null;
  let isClosed = false;
  const stop = (reason: ExecStop): void => {
    if (stopped !== null || isClosed) return;
    stopped = reason;
    kill();
  };
  const onAbort = (): void => stop('aborted');
  const timer = setTimeout(() => stop('timeout'), command.timeoutMs);
  command.signal?.addEventListener('abort', onAbort, { once: true });
  if (command.signal?.aborted) queueMicrotask(onAbort);
  return {
    get stopped() {
      return stopped;
    },
    stop,
    close: () => {
      isClosed = true;
      clearTimeout(timer);
      command.signal?.removeEventListener('abort', onAbort);
    },
  };
}

/** What a command that was aborted before it started ends with. */
export const NEVER_STARTED: GuestExit = {
  end: 'aborted',
  exitCode: null,
  stdout: new Uint8Array(),
  stderr: new Uint8Array(),
};

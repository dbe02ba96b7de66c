import { onFreePort } from './on-free-port.ts';
import type { ServerProcess } from './server-process.ts';

/** A server on one port for all its lives. */
export interface RestartableServer {
  readonly port: number;
  /** Sends the signal and waits for the end; nothing when it is not running. */
  stop(signal: NodeJS.Signals): Promise<void>;
  /** Starts it again on the same port; nothing when it is running. */
  resume(): Promise<void>;
}

/** Starts a server on a free port of 127.0.0.1. */
export async function startRestartable(start: (port: number) => Promise<ServerProcess>): Promise<RestartableServer> {
  const first = await onFreePort(async (port) => ({ port, process: await start(port) }));
  let running: ServerProcess | undefined = first.process;
  return {
    port: first.port,
    stop: async (signal) => {
      await running?.stop(signal);
      running = undefined;
    },
    resume: async () => {
      running ??= await start(first.port);
    },
  };
}

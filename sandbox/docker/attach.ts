import { Duplex, PassThrough } from 'node:stream';
import type { Container } from 'dockerode';
import { AppError } from '#core/domain/errors.ts';
import type { DaemonStream } from '../daemon/line.ts';
import { askEngine, ENGINE_CHANGE_TIMEOUT_MS } from './ask.ts';
import { createDemux } from './demux.ts';
import { removeContainer } from './remove.ts';

/** Bytes of what a daemon says on stderr that are kept for the log. */
const COMPLAINT_BYTES_MAX = 4_096;

/** The main process of a container, on the wire. */
export interface AttachedContainer {
  readonly stream: DaemonStream;
  /** The last it said on stderr. A stranger may have written it: for the log only. */
  complaint(): string;
}

/**
 * Attaches to a container that is not started yet, so that nothing it says is missed. Throws AppError `unavailable` for a
 * silent engine, else what it answers.
 */
export async function attachContainer(container: Container): Promise<AttachedContainer> {
  const options = { stream: true, hijack: true, stdin: true, stdout: true, stderr: true };
  const wire = await askEngine({
    action: 'attach to a workspace',
    timeoutMs: ENGINE_CHANGE_TIMEOUT_MS,
    ask: (abortSignal) => container.attach({ ...options, abortSignal }),
  });
  if (!(wire instanceof Duplex))
    throw new AppError('internal', 'attach to a workspace: the stream has one direction only');
  const output = new PassThrough();
  let complaint: Buffer = Buffer.alloc(0);
  const demux = createDemux({
    stdout: (chunk) => void output.write(chunk),
    stderr: (chunk) => (complaint = Buffer.concat([complaint, chunk]).subarray(-COMPLAINT_BYTES_MAX)),
  });
  wire.on('data', demux);
  wire.on('error', (error) => output.destroy(error));
  for (const end of ['end', 'close']) wire.on(end, () => output.end());
  output.on('close', () => wire.destroy());
  return {
    stream: { input: wire, output, abandon: () => removeContainer(container).catch(() => undefined) },
    complaint: () => complaint.toString('utf8'),
  };
}

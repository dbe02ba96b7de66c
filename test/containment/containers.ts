import { randomUUID } from 'node:crypto';
import { text } from 'node:stream/consumers';
import { PassThrough } from 'node:stream';
import Docker from 'dockerode';
import type { Container, ContainerCreateOptions } from 'dockerode';
import type { Undo } from './undo.ts';

/** Runs a program to its end and returns its stdout, whatever its exit code. */
export type RunProgram = (argv: readonly string[], stdin: string) => Promise<string>;

/** A container of a test's own making. */
export interface TestContainer {
  readonly container: Container;
  readonly run: RunProgram;
}

/** So that leftovers of a killed test can be told from other people's containers. */
const LABELS = { 'astraforge.test': 'containment' };
const STARTED_TIMEOUT_MS = 20_000;

/** Starts a container, which is removed with everything it made. */
export async function startContainer(options: ContainerCreateOptions, undo: Undo): Promise<TestContainer> {
  const docker = new Docker();
  const container = await docker.createContainer({
    name: `containment-${randomUUID().slice(0, 8)}`,
    ...options,
    Labels: { ...options.Labels, ...LABELS },
  });
  undo.add(() => container.remove({ force: true, v: true }));
  await container.start({ abortSignal: AbortSignal.timeout(STARTED_TIMEOUT_MS) });
  return { container, run: (argv, stdin) => runInside(container, argv, stdin) };
}

/** The engine's own exec, which needs nothing of ours inside. */
async function runInside(container: Container, argv: readonly string[], stdin: string): Promise<string> {
  const exec = await container.exec({ Cmd: [...argv], AttachStdin: true, AttachStdout: true, AttachStderr: true });
  const stream = await exec.start({ hijack: true, stdin: true });
  const [out, err] = [new PassThrough(), new PassThrough()];
  new Docker().modem.demuxStream(stream, out, err);
  stream.once('close', () => {
    out.end();
    err.end();
  });
  stream.once('end', () => stream.destroy());
  stream.end(stdin);
  const [said, complaint] = await Promise.all([text(out), text(err)]);
  if (said === '' && complaint !== '') throw new Error(`nothing was said but: ${complaint.slice(0, 2_000)}`);
  return said;
}

import { CreationLine, ReapQuestion, SandboxReady } from '#core/contracts/guest-wire.ts';
import type { CreatedGuest, CreateGuest } from '#core/contracts/guest-wire.ts';
import { AppError } from '#core/domain/errors.ts';
import type { Guest, GuestLabels, GuestSpec, Provisioner } from '#core/ports/provisioner.ts';
import type { Workspaces } from '#core/ports/workspace.ts';
import { execOverHttp } from './client/exec.ts';
import { createSandboxHttp } from './client/http.ts';
import type { SandboxHttp } from './client/http.ts';
import { readJsonLines } from './client/lines.ts';
import type { SandboxClientOptions } from './limits.ts';
import { downloadFile, uploadFile } from './transfer.ts';
import { workspaceOn } from './workspace.ts';
import type { WorkspaceOptions } from './workspace.ts';

/** What a process that only talks to the sandbox needs to be told; this file is all it may know of this ring. */
export { SandboxClientOptions } from './limits.ts';

/** Name shown until the sandbox process has said what it works with. */
const UNKNOWN_PROVISIONER = 'sandbox';
/** Milliseconds until the sandbox process can work: it may have to make its base image and its image first. */
const READY_TIMEOUT_MS = 1_800_000;
/** Milliseconds to remove a guest, for which the sandbox process has to wait until the guest is gone. */
const DESTROY_TIMEOUT_MS = 120_000;

/** Workspaces over any provisioner, in this process or behind {@link connectProvisioner}. */
export function openWorkspaces(provisioner: Provisioner, options: WorkspaceOptions = {}): Workspaces {
  return {
    get provisioner() {
      return provisioner.name;
    },
    get doors() {
      return provisioner.doors;
    },
    ready: () => provisioner.ready(),
    open: async (spec) => {
      const guest = await provisioner.create(spec);
      return workspaceOn(provisioner.name, guest, options);
    },
    reap: (isLive) => provisioner.reap(isLive),
  };
}

/** Workspaces of the sandbox process that listens on `SANDBOX_SOCKET`. Nothing is sent before the first call. */
export function connectSandbox(client: SandboxClientOptions, options: WorkspaceOptions = {}): Workspaces {
  return openWorkspaces(connectProvisioner(client.SANDBOX_SOCKET), options);
}

/** The provisioner of the sandbox process; every call throws AppError `unavailable` while that process is away. */
export function connectProvisioner(socketPath: string): Provisioner {
  const http = createSandboxHttp(socketPath);
  let [name, doors]: [string, Provisioner['doors']] = [UNKNOWN_PROVISIONER, 'sockets'];
  return {
    get name() {
      return name;
    },
    get doors() {
      return doors;
    },
    ready: async () => {
      const ready = SandboxReady.parse(
        await http.call({ method: 'POST', path: ['ready'], timeoutMs: READY_TIMEOUT_MS }),
      );
      [name, doors] = [ready.provisioner, ready.doors];
    },
    create: async (spec) => {
      const created = await createRemote(http, spec);
      name = created.provisioner;
      return remoteGuest(http, created);
    },
    reap: (isLive) => reapRemote(http, isLive),
  };
}

async function createRemote(http: SandboxHttp, spec: GuestSpec): Promise<CreatedGuest> {
  const { labels, doors, image } = spec;
  const wanted: CreateGuest = { labels, doors, ...(image === undefined ? {} : { image }) };
  const { request, answer } = http.open({ method: 'POST', path: ['guests'] });
  request.end(JSON.stringify(wanted));
  let last: CreationLine | undefined;
  for await (const line of readJsonLines(await answer, 'create a workspace')) {
    last = CreationLine.parse(line);
    if ('progress' in last) spec.onProgress?.(last.progress);
  }
  if (last !== undefined && 'guest' in last) return last.guest;
  if (last !== undefined && 'error' in last) throw new AppError(last.error.code, last.error.message);
  throw new AppError('unavailable', 'the sandbox process went away while it made a workspace');
}

function remoteGuest(http: SandboxHttp, { id, madeFrom, paths }: CreatedGuest): Guest {
  const exec: Guest['exec'] = (command) => execOverHttp(http, id, command);
  return {
    id,
    madeFrom,
    paths,
    exec,
    upload: (path, content) => uploadFile(exec, path, content),
    download: (path, bytesMax) => downloadFile(exec, path, bytesMax),
    destroy: async () => {
      await http
        .call({ method: 'DELETE', path: ['guests', id], timeoutMs: DESTROY_TIMEOUT_MS })
        .catch((thrown: unknown) => {
          if (!(thrown instanceof AppError) || thrown.code !== 'missing') throw thrown;
        });
    },
  };
}

async function reapRemote(http: SandboxHttp, isLive: (labels: GuestLabels) => Promise<boolean>): Promise<number> {
  const { request, answer } = http.open({ method: 'POST', path: ['reap'] });
  request.flushHeaders();
  try {
    for await (const line of readJsonLines(await answer, 'reap workspaces')) {
      const question = ReapQuestion.parse(line);
      if ('reaped' in question) return question.reaped;
      if ('code' in question) throw new AppError(question.code, question.message);
      request.write(`${JSON.stringify({ live: await isLive(question) })}\n`);
    }
  } finally {
    request.end();
  }
  throw new AppError('unavailable', 'the sandbox process went away while reaping');
}

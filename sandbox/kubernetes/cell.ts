import { randomBytes } from 'node:crypto';
import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { AppError } from '#core/domain/errors.ts';
import type { Guest, GuestLabels, GuestSpec } from '#core/ports/provisioner.ts';
import { openDaemon } from '../daemon/channel.ts';
import type { GuestDaemon } from '../daemon/channel.ts';
import { guestEnvironment } from '../guest-environment.ts';
import { GUEST_PATHS } from '../guest-layout.ts';
import type { PodsApi } from './api.ts';
import { openPodChannel } from './channel.ts';
import type { PodChannel } from './channel.ts';
import { podFor, runLabels } from './pod.ts';
import type { PodLimits } from './pod.ts';
import { daemonCommand } from './scripts.ts';
import { untilRunning } from './start.ts';
import { removePod } from './remove.ts';
import { requireClosedNetwork } from './network.ts';
import { verifyPod } from './verify.ts';
import { TMP_BYTES } from '../limits.ts';
import type { Cell } from '../cell.ts';
import { downloadFile, uploadFile } from '../transfer.ts';

/** What a file may be longer than the largest writable place, so that "no space left" is what a program meets first. */
const FILE_SLACK_BYTES = 1024 * 1024;

/** What a cell is made in. */
export interface CellSettings {
  readonly api: PodsApi;
  readonly limits: PodLimits;
  readonly image: string;
  /** The run it is made for; undefined: it waits for one. */
  readonly run: GuestLabels | undefined;
  readonly onStep: (step: string) => void;
}

/**
 * A pod that runs, with its daemon answering. Throws AppError `unavailable` or `denied` that
 * says what stands in the way; a pod that was made is then removed.
 */
export async function makeCell(settings: CellSettings): Promise<Cell> {
  const { api, limits, image, onStep } = settings;
  const name = `astraforge-${randomBytes(10).toString('hex')}`;
  let channel: PodChannel | undefined;
  try {
    const created = await createPod(api, name, settings);
    const pod = await untilRunning(api, created, { onStep });
    const madeFrom = `kubernetes ${pod.status?.containerStatuses?.[0]?.imageID || image}`;
    const fileBytesMax = Math.max(limits.workspaceBytes, TMP_BYTES) + FILE_SLACK_BYTES;
    channel = await openPodChannel(api, name, daemonCommand(fileBytesMax));
    const abandon = (): Promise<void> => removePod(api, name).catch(() => undefined);
    const env = guestEnvironment(await channel.imageEnvironment);
    const daemon = openDaemon({ input: channel.input, output: channel.output, abandon }, { env });
    await daemon.ready.catch((cause: unknown) => {
      const said = new Error(`${image}: ${channel?.complaint()}`, { cause });
      throw new AppError('unavailable', 'create a workspace: its daemon did not start', { cause: said });
    });
    const cell = cellOf({ api, name, daemon, madeFrom, run: settings.run });
    await verifyPod(cell.guest, limits);
    await requireClosedNetwork(cell.guest, api.server);
    return cell;
  } catch (thrown) {
    channel?.close();
    await api.remove(name, 0).catch(() => undefined);
    throw thrown;
  }
}

/** 403 has two meanings: the account may not, or admission (quota, policy, runtime class) said no. */
async function createPod(
  api: PodsApi,
  name: string,
  { image, limits, run }: CellSettings,
): ReturnType<PodsApi['create']> {
  return api.create(podFor({ name, run }, image, limits)).catch(async (thrown: unknown) => {
    const refused = thrown instanceof AppError && thrown.code === 'denied';
    if (!refused || !(await api.may('create', 'pods').catch(() => false))) throw thrown;
    throw new AppError('unavailable', 'create a workspace: the cluster refused the pod (a quota or a policy)', {
      cause: thrown,
    });
  });
}

interface Place {
  readonly api: PodsApi;
  readonly name: string;
  readonly daemon: GuestDaemon;
  readonly madeFrom: string;
  readonly run: GuestLabels | undefined;
}

function cellOf(place: Place): Cell & { readonly guest: Guest } {
  const { api, name, daemon } = place;
  const guest = guestOf(place);
  return {
    guest,
    closed: daemon.closed,
    assign: async (spec) => {
      const doors = await resolveDoors(spec.doors);
      const isMarked = place.run !== undefined;
      await Promise.all([isMarked ? undefined : api.addLabels(name, runLabels(spec.labels)), daemon.setDoors(doors)]);
      return guest;
    },
    destroy: guest.destroy,
  };
}

function guestOf({ api, name, daemon, madeFrom }: Place): Guest {
  const { exec } = daemon;
  return {
    id: name,
    madeFrom,
    paths: GUEST_PATHS,
    exec,
    upload: (path, content) => uploadFile(exec, path, content),
    download: (path, bytesMax) => downloadFile(exec, path, bytesMax),
    destroy: async () => {
      daemon.close();
      await removePod(api, name);
    },
  };
}

/** Inside there is no name service, so a name is resolved here. */
async function resolveDoors(doors: GuestSpec['doors']): Promise<{ host: string; port: number; token: string }> {
  if (doors.kind !== 'network')
    throw new AppError(
      'invalid',
      'create a workspace: a pod shares no directory with this machine, so it needs network doors',
    );
  const { host, port, token } = doors;
  if (isIP(host) !== 0) return { host, port, token };
  const found = await lookup(host).catch((cause: unknown) => {
    throw new AppError('unavailable', 'create a workspace: the address of the gateway cannot be found', { cause });
  });
  return { host: found.address, port, token };
}

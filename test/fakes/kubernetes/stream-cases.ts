import { once } from 'node:events';
import { CoreV1Api, KubeConfig } from '@kubernetes/client-node';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { podFor } from '../../../sandbox/kubernetes/pod.ts';
import { eventually } from '../../contract/eventually.ts';
import { kubernetesSettings } from '../../sandbox/open-kubernetes.ts';

/** A cluster, real or not, as somebody sees it who may do everything. */
export interface ClusterSubject extends AsyncDisposable {
  readonly kubeconfig: string;
  readonly namespace: string;
}

const OFFERED = ['v5.channel.k8s.io', 'v4.channel.k8s.io'];
const [STDIN, STDOUT, STATUS, CLOSE] = [0, 1, 3, 255];
const SILENCE_MS = 500;
const NAME = 'streams';

/** What a stream said, by channel, and whether it is over. */
interface Heard {
  readonly socket: WebSocket;
  readonly said: Map<number, string>;
  isOver: boolean;
}

/** What streams into pods are like, whatever serves them; `endsStdinAlone`: from Kubernetes 1.30 on. */
export function streamCases(openSubject: () => Promise<ClusterSubject>, endsStdinAlone: boolean): void {
  let subject: ClusterSubject;
  let core: CoreV1Api;
  beforeAll(async () => {
    subject = await openSubject();
    core = configOf(subject).makeApiClient(CoreV1Api);
    const settings = kubernetesSettings({ kubeconfigPath: undefined });
    const pod = podFor({ name: NAME }, settings.image, { ...settings, userNamespaces: false });
    const [container] = pod.spec?.containers ?? [];
    Object.assign(container ?? {}, { command: ['cat'], stdin: true, stdinOnce: true });
    const { namespace } = subject;
    await core.createNamespacedPod({ namespace, body: pod });
    await eventually(async () => (await core.readNamespacedPod({ namespace, name: NAME })).status?.phase === 'Running');
  });
  afterAll(async () => {
    await core.deleteNamespacedPod({ namespace: subject.namespace, name: NAME, gracePeriodSeconds: 0 });
    await subject[Symbol.asyncDispose]();
  });

  /** Sends the frames as soon as the connection is there, before anything was heard. */
  async function open(what: string, frames: readonly Buffer[]): Promise<Heard> {
    const config = configOf(subject);
    const { server = '', caData = '' } = config.getCurrentCluster() ?? {};
    const url = `${server.replace('https', 'wss')}/api/v1/namespaces/${subject.namespace}/pods/${NAME}/${what}`;
    const headers = { authorization: `Bearer ${config.getCurrentUser()?.token}` };
    const socket = new WebSocket(url, OFFERED, { headers, ca: Buffer.from(caData, 'base64') });
    const heard: Heard = { socket, said: new Map(), isOver: false };
    socket.on('message', (data: Buffer) => {
      const channel = data[0] ?? -1;
      heard.said.set(channel, `${heard.said.get(channel) ?? ''}${data.subarray(1).toString('utf8')}`);
    });
    socket.on('close', () => (heard.isOver = true));
    await once(socket, 'open');
    for (const frame of frames) socket.send(frame);
    return heard;
  }

  const stdin = (text: string): Buffer => Buffer.concat([Buffer.of(STDIN), Buffer.from(text)]);
  const exec = (...argv: string[]): string =>
    `exec?stdin=true&stdout=true&stderr=true${argv.map((word) => `&command=${encodeURIComponent(word)}`).join('')}`;

  test('the newest protocol that both know is spoken', async () => {
    const { socket } = await open(exec('true'), []);
    expect(socket.protocol).toBe(endsStdinAlone ? 'v5.channel.k8s.io' : 'v4.channel.k8s.io');
  });

  test('the connection is announced by an empty message on the first channel that says something', async () => {
    const heard = await open(exec('sleep', '60'), []);
    await eventually(async () => heard.said.size > 0);
    expect([...heard.said]).toEqual([[STDOUT, '']]);
    heard.socket.close();
  });

  test('what is sent before the command runs is not lost', async () => {
    const heard = await open(exec('head', '-c', '5'), [stdin('early')]);
    await eventually(async () => heard.isOver);
    expect(heard.said.get(STDOUT)).toBe('early');
    expect(JSON.parse(heard.said.get(STATUS) ?? '')).toMatchObject({ status: 'Success' });
  });

  test('only since v5 can stdin end alone', async () => {
    const heard = await open(exec('wc', '-c'), [stdin('12345'), Buffer.of(CLOSE, STDIN)]);
    if (endsStdinAlone) {
      await eventually(async () => heard.isOver);
      expect(heard.said.get(STDOUT)?.trim()).toBe('5');
    } else {
      await new Promise((resolve) => setTimeout(resolve, SILENCE_MS));
      expect([heard.isOver, [...heard.said.values()].join('')]).toEqual([false, '']);
      heard.socket.close();
      await eventually(async () => heard.isOver);
      expect(heard.said.get(STATUS)).toBeUndefined();
    }
  });

  test('an exit code is in the status, and a program that is not there has none', async () => {
    const failed = await open(exec('sh', '-c', 'exit 7'), []);
    const absent = await open(exec('no-such-program'), []);
    await eventually(async () => failed.isOver && absent.isOver);
    expect(JSON.parse(failed.said.get(STATUS) ?? '')).toMatchObject({
      reason: 'NonZeroExitCode',
      details: { causes: [{ reason: 'ExitCode', message: '7' }] },
    });
    expect(JSON.parse(absent.said.get(STATUS) ?? '')).toMatchObject({ reason: 'InternalError', code: 500 });
  });

  test('attach joins the main process', async () => {
    const heard = await open('attach?stdin=true&stdout=true&stderr=true', [stdin('to cat')]);
    const said = await eventually(async () => heard.said.get(STDOUT) || undefined);
    expect(said).toBe('to cat');
    heard.socket.close();
  });

  test('nobody gets in without a token', async () => {
    const { server = '', caData = '' } = configOf(subject).getCurrentCluster() ?? {};
    const url = `${server.replace('https', 'wss')}/api/v1/namespaces/${subject.namespace}/pods/${NAME}/${exec('true')}`;
    const socket = new WebSocket(url, OFFERED, { ca: Buffer.from(caData, 'base64') });
    const [error] = await once(socket, 'error');
    expect(String(error)).toMatch(/401|403/);
  });
}

function configOf({ kubeconfig }: ClusterSubject): KubeConfig {
  const config = new KubeConfig();
  config.loadFromFile(kubeconfig);
  return config;
}

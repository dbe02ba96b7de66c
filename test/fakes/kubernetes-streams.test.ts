import { once } from 'node:events';
import { CoreV1Api, KubeConfig } from '@kubernetes/client-node';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import WebSocket from 'ws';
import { podFor } from '../../sandbox/kubernetes-pod.ts';
import { eventually } from '../contract/eventually.ts';
import { kubernetesSettings } from '../sandbox/open-kubernetes.ts';
import { describeWith } from '../services/describe-with.ts';
import type { KubernetesVersion } from './kubernetes/discovery.ts';
import { startKubernetes } from './kubernetes/start-kubernetes.ts';
import type { KubernetesStandIn } from './kubernetes/start-kubernetes.ts';

const OFFERED = ['v5.channel.k8s.io', 'v4.channel.k8s.io'];
const [STDIN, STDOUT, STATUS, CLOSE] = [0, 1, 3, 255];
const SILENCE_MS = 500;

/** What a stream said, by channel, and whether it is over. */
interface Heard {
  readonly socket: WebSocket;
  readonly said: Map<number, string>;
  isOver: boolean;
}

describeWith(['docker', 'codex'], 'streams into pods of the Kubernetes stand-in', () => {
  describe.each(['1.20', '1.36'] as const)('as %s has them:', (version) => streamCases(version));
});

function streamCases(version: KubernetesVersion): void {
  let standIn: KubernetesStandIn;
  const isCurrent = version !== '1.20';
  beforeAll(async () => {
    standIn = await startKubernetes({ version, route: null });
    const settings = kubernetesSettings({ kubeconfigPath: undefined });
    const pod = podFor({ name: 'one' }, settings.image, { ...settings, userNamespaces: false });
    const [container] = pod.spec?.containers ?? [];
    Object.assign(container ?? {}, { command: ['cat'], stdin: true, stdinOnce: true });
    const config = kubeconfigOf(standIn);
    await config.makeApiClient(CoreV1Api).createNamespacedPod({ namespace: standIn.namespace, body: pod });
    await eventually(async () => standIn.store.get(standIn.namespace, 'one').status?.phase === 'Running');
  });
  afterAll(() => standIn[Symbol.asyncDispose]());

  /** Sends the frames as soon as the connection is there, before anything was heard. */
  async function open(what: string, frames: readonly Buffer[]): Promise<Heard> {
    const config = kubeconfigOf(standIn);
    const { server = '', caData = '' } = config.getCurrentCluster() ?? {};
    const url = `${server.replace('https', 'wss')}/api/v1/namespaces/${standIn.namespace}/pods/one/${what}`;
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
    expect(socket.protocol).toBe(isCurrent ? 'v5.channel.k8s.io' : 'v4.channel.k8s.io');
  });

  test('what is sent before the command runs is not lost', async () => {
    const heard = await open(exec('head', '-c', '5'), [stdin('early')]);
    await eventually(async () => heard.isOver);
    expect(heard.said.get(STDOUT)).toBe('early');
    expect(JSON.parse(heard.said.get(STATUS) ?? '')).toMatchObject({ status: 'Success' });
  });

  test('only since v5 can stdin end alone', async () => {
    const heard = await open(exec('wc', '-c'), [stdin('12345'), Buffer.of(CLOSE, STDIN)]);
    if (isCurrent) {
      await eventually(async () => heard.isOver);
      expect(heard.said.get(STDOUT)?.trim()).toBe('5');
    } else {
      await new Promise((resolve) => setTimeout(resolve, SILENCE_MS));
      expect([heard.isOver, heard.said.size]).toEqual([false, 0]);
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
    await eventually(async () => heard.said.get(STDOUT) === 'to cat');
    heard.socket.close();
  });

  test('nobody gets in without a token', async () => {
    const { server = '', caData = '' } = kubeconfigOf(standIn).getCurrentCluster() ?? {};
    const url = `${server.replace('https', 'wss')}/api/v1/namespaces/${standIn.namespace}/pods/one/${exec('true')}`;
    const socket = new WebSocket(url, OFFERED, { ca: Buffer.from(caData, 'base64') });
    const [error] = await once(socket, 'error');
    expect(String(error)).toContain('401');
  });
}

function kubeconfigOf(standIn: KubernetesStandIn): KubeConfig {
  const config = new KubeConfig();
  config.loadFromFile(standIn.kubeconfig.admin);
  return config;
}

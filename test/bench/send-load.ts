import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { answerAsks } from './bench-message.ts';
import { LoadPlan, type LoadResult } from './load-plan.ts';
import { percentile } from './statistics.ts';
import { signDeliveries, type UniqueDelivery } from './unique-deliveries.ts';

const ANSWER_TIMEOUT_MS = 15_000;

// The third process of the intake benchmark: neither side's server pays for making and signing what it is sent.
answerAsks({ load: (input) => sendLoad(LoadPlan.parse(input)) });
process.channel?.ref();
process.stdout.write('load generator waits\n');

interface Target {
  readonly plan: LoadPlan;
  readonly url: URL;
  readonly agent: Agent;
}

async function sendLoad(plan: LoadPlan): Promise<LoadResult> {
  const { pace } = plan;
  const sockets = pace.kind === 'closed' ? pace.connections : pace.connectionsMax;
  const agent = new Agent({ keepAlive: true, maxSockets: sockets });
  const target = { plan, url: new URL(plan.url), agent };
  const count = pace.kind === 'closed' ? pace.countMax : Math.round((pace.perSecond * pace.durationMs) / 1_000);
  const deliveries = signDeliveries(count, plan.secret);
  const cpuBefore = process.cpuUsage();
  const started = performance.now();
  const times =
    pace.kind === 'closed'
      ? await sendClosed(target, deliveries, pace)
      : await sendOpen(target, deliveries, pace.perSecond);
  const elapsedMs = performance.now() - started;
  const { user, system } = process.cpuUsage(cpuBefore);
  agent.destroy();
  return {
    answered: times.length,
    elapsedMs,
    p50Ms: percentile(times, 0.5),
    p99Ms: percentile(times, 0.99),
    maxMs: percentile(times, 1),
    generatorShare: (user + system) / 1_000 / elapsedMs,
  };
}

async function sendClosed(
  target: Target,
  deliveries: readonly UniqueDelivery[],
  pace: { connections: number; durationMs: number },
): Promise<number[]> {
  const times: number[] = [];
  const end = performance.now() + pace.durationMs;
  const waiting = deliveries.values();
  const sendOneByOne = async (): Promise<void> => {
    for (const delivery of waiting) {
      const from = performance.now();
      if (from >= end) return;
      await post(target, delivery);
      times.push(performance.now() - from);
    }
  };
  await Promise.all(Array.from({ length: pace.connections }, sendOneByOne));
  return times;
}

async function sendOpen(target: Target, deliveries: readonly UniqueDelivery[], perSecond: number): Promise<number[]> {
  const started = performance.now();
  const answers = deliveries.map(async (delivery, index) => {
    const due = started + (index * 1_000) / perSecond;
    await sleep(Math.max(0, due - performance.now()));
    await post(target, delivery);
    return performance.now() - due;
  });
  return Promise.all(answers);
}

function post({ plan, url, agent }: Target, delivery: UniqueDelivery): Promise<void> {
  return new Promise((resolve, reject) => {
    const body = delivery.body();
    const headers = {
      accept: '*/*',
      'content-type': 'application/json',
      'content-length': body.byteLength,
      'user-agent': 'GitHub-Hookshot/044aadd',
      'x-github-delivery': delivery.guid,
      'x-github-event': 'issue_comment',
      'x-hub-signature-256': delivery.signature,
    };
    const sent = request(url, { method: 'POST', agent, headers, timeout: ANSWER_TIMEOUT_MS }, (response) => {
      response.resume();
      response.once('end', () => {
        if (response.statusCode === plan.status) resolve();
        else reject(new Error(`a delivery was answered ${response.statusCode} instead of ${plan.status}`));
      });
      response.once('error', reject);
    });
    sent.once('timeout', () => sent.destroy(new Error(`no answer within ${ANSWER_TIMEOUT_MS} ms`)));
    sent.once('error', reject);
    sent.end(body);
  });
}

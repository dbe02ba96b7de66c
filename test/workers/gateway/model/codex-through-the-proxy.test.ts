import { connect, createServer } from 'node:net';
import { expect, test } from 'vitest';
import type { DoorTerms } from '#core/ports/gateway.ts';
import { openDemoWorkspace } from '../../../fakes/model/demo-workspace.ts';
import { fixFailingTest } from '../../../fakes/model/fix-failing-test.ts';
import { runCodex, type CodexRun } from '../../../fakes/model/run-codex.ts';
import { instant } from '../../../fakes/model/scenarios.ts';
import type { Scenario } from '../../../fakes/model/scenario.ts';
import { startScriptedModel, type ScriptedModel } from '../../../fakes/model/scripted-model.ts';
import { describeWith } from '../../../services/describe-with.ts';
import { openGateway, type OpenGateway } from '../open-gateway.ts';

/** The real Codex behind the proxy, with no network between: a port that leads to the door's socket. */
async function runBehindProxy(
  scenario: Scenario,
  options: { slug?: string; terms?: Partial<DoorTerms> },
): Promise<{ run: CodexRun; open: Pick<OpenGateway, 'door' | 'refusals'>; model: ScriptedModel }> {
  await using model = await startScriptedModel({ scenario });
  await using open = await openGateway({ baseUrl: model.baseUrl, apiKey: model.apiKey, terms: options.terms ?? {} });
  const port = createServer((near) => {
    const far = connect(open.at.socketPath);
    near.on('error', () => far.destroy());
    far.on('error', () => near.destroy());
    near.pipe(far).pipe(near);
  });
  await new Promise<void>((resolve) => port.listen(0, '127.0.0.1', resolve));
  await using demo = await openDemoWorkspace();
  const address = port.address();
  const baseUrl = `http://127.0.0.1:${typeof address === 'object' ? (address?.port ?? 0) : 0}/v1`;
  try {
    const run = await runCodex({ model: { ...model, baseUrl }, demo, prompt: 'Fix the test.\n', slug: options.slug });
    return { run, open, model };
  } finally {
    port.close();
  }
}

describeWith(['codex'], 'the real Codex behind the proxy', () => {
  test.each([
    ['gpt-5.5', fixFailingTest],
    ['some-other-model', fixFailingTest],
    ['gpt-5.6-sol', instant],
    ['gpt-6-astra', instant],
    ['gpt-6.1-sol', instant],
  ])('everything Codex sends is allowed: %s', async (slug, scenario) => {
    const { run, open, model } = await runBehindProxy(scenario, { slug, terms: { models: [slug] } });
    expect([run.exitCode, model.unexpected, open.refusals]).toEqual([0, [], []]);
    expect(model.requests.length).toBeGreaterThan(0);
  });

  test('a refusal is shown by Codex with what was wrong', async () => {
    const { run, open, model } = await runBehindProxy(instant, { slug: 'gpt-5.5', terms: { models: ['other'] } });
    expect(run.exitCode).toBe(1);
    expect(run.lines.at(-1)).toContain('Not allowed here: model gpt-5.5');
    expect(model.requests).toEqual([]);
    expect(open.refusals[0]).toEqual({ door: 'model', what: 'model gpt-5.5' });
  });

  test('a budget that is used up ends Codex at once, with the limit named, and nothing more is sent', async () => {
    const deadline = new Date(Date.now() + 60_000).toISOString();
    const budget = { tokensMax: 1_000, costUsdMax: null, deadline };
    const { run, open, model } = await runBehindProxy(fixFailingTest, {
      slug: 'gpt-5.5',
      terms: { models: ['gpt-5.5'], budget },
    });
    expect(run.exitCode).toBe(1);
    expect(run.lines.at(-1)).toContain('RUN_TOKENS_MAX');
    expect(run.lines.join('\n')).not.toContain('Reconnecting');
    expect([model.requests.length, open.door.exhausted()]).toEqual([1, 'tokens']);
  });
});

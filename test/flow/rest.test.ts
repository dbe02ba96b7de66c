import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { branchOf } from '#core/domain/request/work-request.ts';
import { answers, writes } from './conversation-scenarios.ts';
import { keyOfGrace } from './grace.ts';
import { onBothHosts, play } from './hosts/on-both-hosts.ts';
import { API_ENV, restClient } from './rest-client.ts';
import { until } from './world.ts';

const SCENARIO = [writes('third.txt', 'three'), writes('more.txt', 'more'), writes('a.txt', 'one'), answers];
const LONG = { timeout: 600_000 };
const REPOSITORY = { github: 'acme/durations', gitlab: 'team/tools/durations' };
/** One pixel. */
const PNG =
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

onBothHosts('a request through the API', (host) => {
  const scene = play(host, { scenario: SCENARIO, env: API_ENV });
  const client = () => restClient(scene());
  const changeOf = (requestId: string) =>
    until('the change', () =>
      scene()
        .changes()
        .find(({ head }) => head === branchOf(requestId)),
    );

  /** Links the repository, anew where it is linked already. */
  async function linked(approval: string): Promise<string> {
    const { provider } = scene();
    await client().forgetLinks();
    const body = { provider, repository: REPOSITORY[provider], approval };
    return (await client().made('/repository-links/', body)).id;
  }

  it('becomes a change, is watched live, and goes on by REST and by comments', LONG, async () => {
    const project_id = await linked('none');
    const prompt = '  write a.txt\n\n\tand  nothing else ';
    const { id } = await client().made('/requests/', {
      ...{ project_id, prompt, attachments: [{ uri: PNG, name: 'dot.png', content_type: 'image/png' }] },
    });
    const [events, change] = await Promise.all([client().follow(`/requests/${id}/logs/stream`), changeOf(id)]);
    expect(events[0]).toMatchObject({ type: 'heartbeat' });
    expect(events.some(({ message }) => message === prompt)).toBe(true);
    expect(events.at(-1)?.type).toBe('completed');
    expect((await client().request(id)).metadata.prompt).toBe(prompt);
    expect(scene().file(change.head, 'a.txt')).toBe('one\n');
    expect(change.body).toContain('Requested by administrator (REST API).');
    expect(JSON.stringify(scene().model.requests.map(({ body }) => body))).toContain('data:image/png;base64,');
    await until('the progress comment in the change', () => scene().progress(change).length === 1);

    const said = await client().post('/chat/', { request_id: id, message: 'write more.txt as well' });
    expect(said.status).toBe(202);
    const second = await until('a further run', async () => (await client().request(id)).metadata.runs[1]);
    const live = await client().follow(`/runs/${second.id}/logs/stream`);
    expect(live.at(-1)?.type).toBe('completed');
    expect(live.every(({ run_id: runId, type }) => type === 'heartbeat' || runId === second.id)).toBe(true);
    expect(scene().file(change.head, 'more.txt')).toBe('more\n');

    await scene().comment(change, '@astraforge write third.txt, said on the change');
    await until('the third file', () => scene().file(change.head, 'third.txt') !== undefined);
    await until('its end', async () => (await client().request(id)).metadata.runs[2]?.state === 'succeeded');
    expect(scene().progress(change)).toHaveLength(1);
    expect(
      scene()
        .changes()
        .filter(({ head }) => head === change.head),
    ).toHaveLength(1);
    await scene().close(change);
    await scene().quiet();
    expect((await client().post('/chat/', { request_id: id, message: 'write more.txt' })).status).toBe(409);
  });

  it('is published when somebody else has approved what can be seen before', LONG, async () => {
    const wrong = { provider: scene().provider, repository: `${REPOSITORY[scene().provider]}-not` };
    const refused = await client().post('/repository-links/', wrong);
    expect([refused.status, await refused.json()]).toEqual([400, { repository: [expect.any(String)] }]);
    const project_id = await linked('publish');
    const { id } = await client().made('/requests', { project_id, prompt: 'write a.txt', id: randomUUID() });
    const run = await until('the run to wait', async () => {
      const newest = (await client().request(id)).metadata.runs.at(-1);
      return newest?.state === 'awaiting_approval' && newest;
    });
    expect(await client().diffOf(run.id)).toContain('+one');
    const own = await client().post(`/chat/${id}/approve/`);
    expect([own.status, await own.json()]).toEqual([
      409,
      { detail: expect.stringContaining('nobody approves their own request here') },
    ]);
    expect((await scene().branches()).has(branchOf(id))).toBe(false);
    const grace = restClient(scene(), await keyOfGrace(scene()));
    expect((await grace.post(`/chat/${id}/approve/`)).status).toBe(202);
    expect((await changeOf(id)).body).toContain('Requested by administrator (REST API).');
  });
});

import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { RequestSummary } from '#core/contracts/http/requests.ts';
import { jiraComment, postmarkMail, sendGridForm, teamsMessage } from '../app/connectors/connector-bodies.ts';
import { jiraSignature, teamsSignature } from '../app/connectors/connector-scene.ts';
import { API_ENV, restClient } from './rest-client.ts';
import { openWorld, until, type World } from './world.ts';

const SECRETS = {
  board: randomBytes(32).toString('hex'),
  channel: randomBytes(32).toString('base64'),
  post: randomBytes(32).toString('hex'),
};
const LINK = 'github:acme/durations';

let world: World;
beforeAll(async () => {
  world = await openWorld({
    env: {
      ...API_ENV,
      CONNECTORS: JSON.stringify([
        { name: 'jira', id: 'board', link: LINK },
        { name: 'teams', id: 'channel', link: LINK },
        { name: 'email', id: 'post', link: LINK, senders: ['ada@example.com'] },
      ]),
      CONNECTOR_SECRETS: JSON.stringify(SECRETS),
    },
  });
  const body = { provider: 'github', repository: 'acme/durations', approval: 'none' };
  await restClient(world).made('/repository-links/', body);
});
afterAll(() => world[Symbol.asyncDispose]());

function post(path: string, body: string | Uint8Array, headers: Record<string, string>): Promise<Response> {
  return fetch(`${world.astraforge.url}/webhooks/connector${path}`, { method: 'POST', body, headers });
}

/** The requests that a client of the API is shown of a connector, once there is one. */
function asked(source: string): Promise<RequestSummary[]> {
  return until(`a request of ${source}`, async () => {
    const all = z.array(RequestSummary).parse(JSON.parse(await restClient(world).text('/requests/')));
    const ours = all.filter((one) => one.source === source);
    return ours.length > 0 && ours;
  });
}

it('a comment of Jira becomes a request with a plan to approve, and a forged one nothing', async () => {
  const body = JSON.stringify(jiraComment('@astraforge round once'));
  const forged = await post('/board', body, { 'x-hub-signature': jiraSignature(body, 'f'.repeat(40)) });
  expect(forged.status).toBe(401);
  expect((await post('/board', body, { 'x-hub-signature': jiraSignature(body, SECRETS.board) })).status).toBe(202);
  const [request, ...more] = await asked('jira');
  expect(more).toEqual([]);
  expect(request).toMatchObject({ sender: 'Ada Lovelace', tenant_id: 'default' });
  expect(request?.metadata.prompt).toMatch(/^round once\n\nSHOP-20002: /);
  const read = await world.astraforge.shared.store.runs.readRequest(request?.id ?? '');
  expect(read?.run.task).toMatchObject({ kind: 'change', approval: 'plan' });
});

it('a message of Teams is answered at once, and becomes a request', async () => {
  const body = JSON.stringify(teamsMessage('<at>Forge</at> round once'));
  const said = await post('/channel', body, { authorization: teamsSignature(body, SECRETS.channel) });
  expect(await said.json()).toMatchObject({ type: 'message' });
  expect((await asked('teams')).map(({ metadata }) => metadata.prompt)).toEqual(['round once']);
});

it('mails of both services become requests, and secrets are in no log', async () => {
  const form = await sendGridForm();
  expect((await post(`/post/${SECRETS.post}`, form.body, { 'content-type': form.type })).status).toBe(202);
  const authorization = `Basic ${Buffer.from(`any:${SECRETS.post}`).toString('base64')}`;
  const json = { 'content-type': 'application/json', authorization };
  expect((await post('/post', JSON.stringify(postmarkMail()), json)).status).toBe(202);
  await until('both', async () => (await asked('email')).length === 2);
  for (const secret of Object.values(SECRETS)) expect(world.logs.join('\n')).not.toContain(secret);
});

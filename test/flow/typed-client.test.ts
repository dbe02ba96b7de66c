import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { ApiKeyView, MadeApiKey } from '#core/contracts/http/api-keys.ts';
import { MergeRequestDetail } from '#core/contracts/http/merge-requests.ts';
import { RepositoryLinkView } from '#core/contracts/http/repository-links.ts';
import { RequestDetail, RequestSummary } from '#core/contracts/http/requests.ts';
import { RunDetail, RunSummary } from '#core/contracts/http/runs.ts';
import { createClient } from '../../dashboard/src/generated/client/client/index.ts';
import * as api from '../../dashboard/src/generated/client/sdk.gen.ts';
import { describeWith } from '../services/describe-with.ts';
import { answers, writes } from './conversation-scenarios.ts';
import { GITHUB, play } from './hosts/on-both-hosts.ts';
import { API_ENV } from './rest-client.ts';

const LONG = { timeout: 600_000 };

describeWith(['codex', 'confinement'], 'the client that is generated from the description of the API', () => {
  const scene = play(GITHUB, { scenario: [writes('a.txt', 'one'), answers], env: API_ENV });
  const clientWith = (key: string) =>
    createClient({
      baseUrl: `${scene().astraforge.url}/api`,
      auth: (scheme) => (scheme.in === 'cookie' ? undefined : key),
    });
  const unless = { throwOnError: false } as const;
  const NEW_LINK = { provider: 'github', repository: 'acme/durations', approval: 'none' } as const;

  it('makes a key, links, asks, follows, reads and lists, and every answer is of the type it names', LONG, async () => {
    const admin = clientWith(API_ENV.API_ADMIN_KEY);
    const made: MadeApiKey = (await api.postApiKeys({ client: admin, body: { name: 'ci', scopes: ['run'] } })).data;
    const link: RepositoryLinkView = (await api.postRepositoryLinks({ client: admin, body: NEW_LINK })).data;
    const client = clientWith(MadeApiKey.parse(made).key);
    const keys: ApiKeyView[] = (await api.getApiKeys({ client: admin })).data;
    expect(
      ApiKeyView.array()
        .parse(keys)
        .map(({ id }) => id),
    ).toContain(made.id);
    expect((await api.getRepositoryLinks({ client })).data).toEqual([RepositoryLinkView.parse(link)]);

    const id = randomUUID();
    const body = { project_id: link.id, prompt: '  write a.txt\n', id };
    const asked: RequestDetail = (await api.postRequests({ client, body })).data;
    expect(RequestDetail.parse(asked)).toMatchObject({ id, metadata: { prompt: body.prompt } });
    const followed = await api.getRequestsByIdLogsStream({ client, path: { id }, parseAs: 'text' });
    expect(String(followed.data)).toMatch(/^event: message\ndata: \{.*"stream_ready"\}\n\n/);
    expect(String(followed.data)).toMatch(/"type":"completed".*\n\n$/);

    const read: RequestDetail = (await api.getRequestsById({ client, path: { id } })).data;
    const [run] = RequestDetail.parse(read).metadata.runs;
    const listed: RequestSummary[] = (await api.getRequests({ client, query: { limit: 1 } })).data;
    expect(RequestSummary.array().parse(listed)).toMatchObject([{ id, state: read.state }]);
    const runs: RunSummary[] = (await api.getRuns({ client, query: { request_id: id } })).data;
    expect(RunSummary.array().parse(runs)).toMatchObject([{ id: run?.id, status: 'completed', request_id: id }]);
    const whole: RunDetail = (await api.getRunsById({ client, path: { id: run?.id ?? '' } })).data;
    expect(RunDetail.parse(whole).diff).toContain('+one');
    expect(whole.events.map(({ type }) => type)).toEqual(
      expect.arrayContaining(['user_prompt', 'command', 'completed']),
    );
    const change: MergeRequestDetail = (await api.getMergeRequestsById({ client, path: { id } })).data;
    expect(MergeRequestDetail.parse(change)).toMatchObject({ request_id: id, run_id: run?.id, status: 'OPEN' });

    expect((await api.postRequests({ client, body, ...unless })).error).toEqual({ id: [expect.any(String)] });
    await api.deleteApiKeysById({ client: admin, path: { id: made.id } });
    const refused = await api.getMe({ client, ...unless });
    expect([refused.response?.status, refused.error]).toEqual([401, { detail: expect.any(String) }]);
  });

  it('is told why not, with the status and the words of the contract', LONG, async () => {
    const client = clientWith(API_ENV.API_ADMIN_KEY);
    const twice = await api.postRepositoryLinks({ client, body: NEW_LINK, ...unless });
    expect([twice.response?.status, twice.error]).toEqual([400, { non_field_errors: [expect.any(String)] }]);
    const foreign = { project_id: randomUUID(), prompt: 'write a.txt' };
    const nowhere = await api.postRequests({ client, body: foreign, ...unless });
    expect([nowhere.response?.status, nowhere.error]).toEqual([400, { project_id: [expect.any(String)] }]);
    const [over] = (await api.getRequests({ client })).data;
    const path = { id: over?.id ?? '' };
    const nothingWaits = await api.postChatByIdApprove({ client, path, ...unless });
    const wentWell = await api.postRequestsByIdExecute({ client, path, ...unless });
    for (const { response, error } of [nothingWaits, wentWell])
      expect([response?.status, error]).toEqual([409, { detail: expect.any(String) }]);
    const gone = await api.postChat({ client, body: { request_id: randomUUID(), message: 'more' }, ...unless });
    expect(gone.response?.status).toBe(404);
  });
});

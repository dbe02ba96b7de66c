import { z } from 'zod';
import type { Scene } from './hosts/scene-on.ts';

/** Variables that open the API with an administrator's key. */
export const API_ENV = {
  API_KEY_PEPPER: 'pepper-of-a-test-pepper-of-a-test',
  API_ADMIN_KEY: 'the-operator-set-this-key-in-a-test',
};

const Event = z.object({ type: z.string(), message: z.string().optional(), run_id: z.string().optional() });
type Event = z.infer<typeof Event>;

const Made = z.looseObject({ id: z.string() });
const RequestAnswer = z.object({
  id: z.string(),
  state: z.string(),
  project: z.object({ repository: z.string(), base_url: z.string() }),
  artifacts: z.object({ branch: z.string().optional(), commit: z.string().optional() }),
  metadata: z.object({
    prompt: z.string(),
    runs: z.array(z.object({ id: z.string(), state: z.string() })),
    mr: z.object({ number: z.number() }).optional(),
  }),
});

const RunAnswer = z.object({
  state: z.string(),
  change: z.unknown(),
  error: z.string().optional(),
  artifacts: z.object({ branch: z.string().optional(), commit: z.string().optional() }),
});

/** A client of the API, over HTTP. `key`: the administrator's unless given. */
export function restClient(scene: Pick<Scene, 'astraforge'>, key: string = API_ENV.API_ADMIN_KEY) {
  const call = (path: string, init: RequestInit = {}): Promise<Response> =>
    fetch(`${scene.astraforge.url}/api${path}`, { ...init, headers: { ...init.headers, 'x-api-key': key } });
  const post = (path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Response> =>
    call(path, {
      method: 'POST',
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    });
  return {
    post,
    /** What `post` made. @throws Error when it was not answered 201. */
    async made(path: string, body: unknown): Promise<z.infer<typeof Made>> {
      const answer = await post(path, body);
      const text = await answer.text();
      if (answer.status !== 201) throw new Error(`${path} was answered ${answer.status}: ${text}`);
      return Made.parse(JSON.parse(text));
    },
    /** Removes all links of the tenant. */
    async forgetLinks(): Promise<void> {
      const links = z.array(z.object({ id: z.string() })).parse(await (await call('/repository-links')).json());
      for (const { id } of links) await call(`/repository-links/${id}/`, { method: 'DELETE' });
    },
    async request(id: string) {
      return RequestAnswer.parse(await (await call(`/requests/${id}/`)).json());
    },
    /** Follows a log until the server ends it. */
    async follow(path: string): Promise<Event[]> {
      const text = await (await call(path)).text();
      return [...text.matchAll(/^data: (.*)$/gm)].map(([, data = '']) => Event.parse(JSON.parse(data)));
    },
    /** What a `GET` is answered, whatever it is. */
    text: async (path: string): Promise<string> => (await call(path)).text(),
    /** A run as a whole. */
    run: async (id: string) => RunAnswer.parse(await (await call(`/runs/${id}`)).json()),
    diffOf: async (runId: string) =>
      z.object({ diff: z.string() }).parse(await (await call(`/runs/${runId}`)).json()).diff,
  };
}

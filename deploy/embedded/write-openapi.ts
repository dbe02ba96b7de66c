import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createApi, type ApiDeps } from '../../app/http/api/api.ts';
import { cookiesFor } from '../../app/http/cookies.ts';

/** Where the generator of the dashboard's client looks (dashboard/openapi-ts.config.ts). Ignored by git. */
const OUTPUT = fileURLToPath(new URL('../../dashboard/src/generated/openapi.json', import.meta.url));

/** Stands for every port of the API: its description is asked for, and that touches none of them. */
const nothing: ApiDeps = new Proxy(Object.create(null), { get: () => nothing });

/** The description of the API, asked of the API itself. */
async function description(): Promise<string> {
  const { sessionName } = cookiesFor({ isHttps: true });
  const api = createApi(new Proxy(nothing, { get: (_, key) => (key === 'sessionCookie' ? sessionName : nothing) }));
  const answer = await api.request('/schema');
  if (!answer.ok) throw new Error(`the API did not describe itself: ${answer.status}`);
  return JSON.stringify(await answer.json(), undefined, 2);
}

await mkdir(dirname(OUTPUT), { recursive: true });
await writeFile(OUTPUT, `${await description()}\n`);

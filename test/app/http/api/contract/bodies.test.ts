import { randomUUID } from 'node:crypto';
import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { openApiScene, type ApiScene } from '../api-scene.ts';

/** Section 0 of the contract that clients of the reference product know: what a body may be. */

const JSON_TYPE = { 'content-type': 'application/json' };
const MEBIBYTE = 1_024 * 1_024;
const ANY = randomUUID();
const Detail = z.strictObject({ detail: z.string().min(1) });
const Fields = z.record(z.string(), z.array(z.string().min(1)).min(1));

let scene: ApiScene;
let key: string;
beforeAll(async () => {
  scene = await openApiScene();
  ({ key } = await scene.keyFor(['admin']));
});
afterAll(() => scene[Symbol.asyncDispose]());

describe('a body', () => {
  const post = (body: string | Buffer, headers: Record<string, string> = JSON_TYPE, path = '/chat/') =>
    scene.call(path, key, { method: 'POST', headers, body });

  it.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/xml',
    '',
  ])('that calls itself %j is 415 with a detail', async (type) => {
    for (const path of ['/chat/', '/requests/', '/api-keys/', `/requests/${ANY}/execute/`]) {
      const answer = await post(Buffer.from('{}'), type === '' ? {} : { 'content-type': type }, path);
      expect([path, answer.status]).toEqual([path, 415]);
      Detail.parse(await answer.json());
    }
  });

  it.each(['application/json; charset=utf-8', 'APPLICATION/JSON'])('may call itself %s', async (type) => {
    const answer = await post('{}', { 'content-type': type });
    expect(Object.keys(Fields.parse(await answer.json()))).toEqual(['request_id', 'message']);
  });

  it.each(['{', "{'a':1}", '{"a":NaN}', '['.repeat(100_000)])(
    'that is no JSON is 400 with a detail: %.9s',
    async (body) => {
      const answer = await post(body);
      expect(answer.status).toBe(400);
      Detail.parse(await answer.json());
    },
  );

  it.each(['[]', '"words"', 'null', '3'])('that is no object is 400 about no single field: %s', async (body) => {
    const answer = await post(body);
    expect(answer.status).toBe(400);
    expect(Object.keys(Fields.parse(await answer.json()))).toEqual(['non_field_errors']);
  });

  it('of no bytes is none, whatever it calls itself', async () => {
    for (const headers of [{}, JSON_TYPE, { 'content-type': 'text/plain' }]) {
      for (const path of [`/requests/${ANY}/execute/`, `/chat/${ANY}/approve/`])
        expect((await scene.call(path, key, { method: 'POST', headers })).status).toBe(404);
      const answer = await scene.call('/requests/', key, { method: 'POST', headers });
      expect(answer.status).toBe(400);
      expect(Object.keys(Fields.parse(await answer.json()))).toEqual(['project_id', 'prompt']);
    }
  });

  it('above 16 MiB is 413 with a detail, with its length said before or not', async () => {
    const large = Buffer.alloc(16 * MEBIBYTE + 1, 'x');
    const sized = await post(large);
    expect(sized.status).toBe(413);
    Detail.parse(await sized.json());
    expect(await postedInChunks(large)).toBe(413);
  });

  /** The status of the answer to a body that comes in chunks. */
  function postedInChunks(body: Buffer): Promise<number | undefined> {
    return new Promise((resolve, reject) => {
      const headers = { ...JSON_TYPE, 'x-api-key': key, 'transfer-encoding': 'chunked' };
      const call = request(`${scene.url}/chat/`, { method: 'POST', headers }, (answer) => {
        answer.resume();
        resolve(answer.statusCode);
      });
      call.on('error', reject);
      call.end(body);
    });
  }
});

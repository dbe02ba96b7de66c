import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import type { World } from './world.ts';

const CODE_BYTES = 20;

const Manifest = z.object({ redirect_url: z.url() });

/**
 * Serves `POST /settings/apps/new` and `/organizations/{org}/settings/apps/new`, where GitHub asks a person to confirm
 * an App manifest. The stand-in confirms at once and redirects to the manifest's `redirect_url` with a one-time code:
 * https://docs.github.com/en/apps/sharing-github-apps/registering-a-github-app-from-a-manifest
 * Every other page is 404.
 */
export async function serveManifestPage(
  world: World,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<{ readonly status: number }> {
  const url = new URL(request.url ?? '/', world.webUrl);
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  const form = new URLSearchParams(Buffer.concat(chunks).toString('utf8'));
  const manifest = form.get('manifest');
  if (request.method !== 'POST' || !url.pathname.endsWith('/settings/apps/new') || manifest === null) {
    response.writeHead(404, { 'content-type': 'text/plain' }).end('This is not the web page you are looking for.\n');
    return { status: 404 };
  }
  const back = new URL(Manifest.parse(JSON.parse(manifest)).redirect_url);
  back.searchParams.set('code', issueManifestCode(world));
  const state = url.searchParams.get('state');
  if (state !== null) back.searchParams.set('state', state);
  response.writeHead(302, { location: back.toString() }).end();
  return { status: 302 };
}

/** Issues the one-time code that `POST /app-manifests/{code}/conversions` takes. */
export function issueManifestCode(world: World): string {
  const code = randomBytes(CODE_BYTES).toString('hex');
  world.manifestCodes.add(code);
  return code;
}

import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import { z } from 'zod';
import { GitHubVariables } from '../../app/vcs/github/wire/variables.ts';
import type { AppCredentials } from '../../app/vcs/github/wire/app-registration.ts';

const BODY_BYTES_MAX = 64 * 1024;
const PEM = /^-----BEGIN [A-Z ]+-----\n/;

/**
 * The address at which the person's browser has us, or undefined when the request names a host that is neither an IP
 * address, nor this machine, nor `publicUrl`: then a foreign page was made to point here (DNS rebinding).
 */
export function originOf(request: IncomingMessage, publicUrl: string | undefined): string | undefined {
  const host = request.headers.host ?? '';
  if (publicUrl !== undefined && new URL(publicUrl).host === host) return publicUrl;
  const url = URL.canParse(`http://${host}`) ? new URL(`http://${host}`) : undefined;
  if (url === undefined || url.host !== host.toLowerCase()) return undefined;
  const isHere = url.hostname === 'localhost' || isIP(url.hostname.replace(/^\[|\]$/g, '')) !== 0;
  return isHere ? url.origin : undefined;
}

/**
 * Whether a browser let our own page send this: another page cannot send JSON without asking first, and it is never
 * told yes. https://developer.mozilla.org/en-US/docs/Web/HTTP/Guides/CORS#simple_requests
 */
export function isFromOurPage(request: IncomingMessage): boolean {
  const site = request.headers['sec-fetch-site'];
  const type = request.headers['content-type'] ?? '';
  return type.split(';')[0]?.trim() === 'application/json' && (site === undefined || site === 'same-origin');
}

const Import = z.object({
  appId: GitHubVariables.shape.APP_ID.transform(String),
  pem: z
    .string()
    .transform((text) => text.trim().replaceAll('\r\n', '\n'))
    .refine((text) => PEM.test(text), 'it must be the text of a .pem file')
    .pipe(GitHubVariables.shape.PRIVATE_KEY),
  webhook_secret: GitHubVariables.shape.WEBHOOK_SECRET,
});

/** Reads what the import page posts. A fault is named for people; it repeats no value. */
export async function readImport(
  request: IncomingMessage,
): Promise<{ readonly credentials: AppCredentials } | { readonly fault: string }> {
  const text = await readText(request);
  const parsed = Import.safeParse(text === undefined ? undefined : parseJson(text));
  if (!parsed.success) {
    const faults = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
    return { fault: faults.join('; ') };
  }
  const { appId, pem, webhook_secret: secret } = parsed.data;
  return { credentials: { APP_ID: appId, PRIVATE_KEY: pem, WEBHOOK_SECRET: secret } };
}

async function readText(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    chunks.push(Buffer.from(chunk));
    bytes += chunk.length;
    if (bytes > BODY_BYTES_MAX) return undefined;
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

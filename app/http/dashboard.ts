import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { extname, join, relative, sep } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { Context, Hono } from 'hono';

/** Answers a page of the dashboard, or one of its files; undefined for what is not the dashboard's. */
export type Dashboard = (context: Context) => Promise<Response | undefined>;

/**
 * What a page may do: run and fetch what this server itself serves, and nothing else; nothing inline, no `eval`, no frame
 * around it, no text that becomes code (CSP Level 3; Trusted Types).
 */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ');

const HEADERS = {
  'content-security-policy': POLICY,
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
} as const;

const TYPES: Readonly<Partial<Record<string, string>>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};

/** Paths that are somebody else's, whether or not they exist. */
const OTHERS = /^\/(?:api|auth|webhooks|healthz|readyz)(?:\/|$)/;
/** Vite names what lies here after its content, so it never changes. */
const HASHED = /^\/assets\//;
const YEAR_SEC = 31_536_000;
const NOT_BUILT = 'The dashboard is not built. Run: npm run build:dashboard\n';

const [asGzip, asBrotli] = [promisify(gzip), promisify(brotliCompress)];

/** One file in the encodings browsers ask for; compressed when first asked for, since few files ever are. */
interface Asset {
  readonly type: string;
  readonly etag: string;
  readonly plain: Buffer;
  readonly encoded: Map<string, Promise<Buffer>>;
}

/** Serves the built dashboard that lies in `directory`; where none does, every page says how to build it. */
export function openDashboard(directory: string): Dashboard {
  let loaded: Promise<ReadonlyMap<string, Asset>> | undefined;
  return async (context) => {
    const { method, path } = context.req;
    if ((method !== 'GET' && method !== 'HEAD') || OTHERS.test(path)) return undefined;
    loaded ??= load(directory).catch((thrown: unknown) => {
      loaded = undefined;
      throw thrown;
    });
    const assets = await loaded;
    const page = assets.get('/index.html');
    if (page === undefined) {
      // Whoever builds it now need not start the process again.
      loaded = undefined;
      return context.text(NOT_BUILT, 503, HEADERS);
    }
    const asset = assets.get(path);
    if (asset !== undefined) return answer(context, asset, HASHED.test(path));
    return extname(path) === '' ? answer(context, page, false) : undefined;
  };
}

/** Lets the dashboard answer what no other route does. */
export function dashboardRoutes(routes: Hono, dashboard: Dashboard | undefined): void {
  routes.notFound(async (context) => {
    const answered = await dashboard?.(context);
    return answered ?? context.json({ detail: 'Not found.' }, 404);
  });
}

async function load(directory: string): Promise<ReadonlyMap<string, Asset>> {
  const assets = new Map<string, Asset>();
  const entries = await readdir(directory, { recursive: true, withFileTypes: true }).catch(() => []);
  for (const entry of entries) {
    const type = TYPES[extname(entry.name)];
    if (!entry.isFile() || type === undefined) continue;
    const file = join(entry.parentPath, entry.name);
    const plain = await readFile(file);
    const etag = `"${createHash('sha256').update(plain).digest('base64url').slice(0, 27)}"`;
    assets.set(`/${relative(directory, file).split(sep).join('/')}`, { type, etag, plain, encoded: new Map() });
  }
  return assets;
}

async function answer(context: Context, asset: Asset, isHashed: boolean): Promise<Response> {
  const headers = {
    ...HEADERS,
    'content-type': asset.type,
    'cache-control': isHashed ? `public, max-age=${YEAR_SEC}, immutable` : 'no-cache',
    etag: asset.etag,
    vary: 'accept-encoding',
  };
  if (context.req.header('if-none-match')?.includes(asset.etag) === true) return context.body(null, 304, headers);
  const encoding = asset.type.startsWith('font/') ? undefined : encodingFor(context.req.header('accept-encoding'));
  if (encoding === undefined) return context.body(bytesOf(asset.plain), 200, headers);
  const encoded = asset.encoded.get(encoding) ?? encode(asset.plain, encoding);
  asset.encoded.set(encoding, encoded);
  return context.body(bytesOf(await encoded), 200, { ...headers, 'content-encoding': encoding });
}

function encodingFor(accepted = ''): 'br' | 'gzip' | undefined {
  const names = accepted.split(',').filter((name) => !/;\s*q=0(?:\.0*)?\s*$/.test(name));
  return (['br', 'gzip'] as const).find((name) => names.some((one) => one.trim().split(';')[0] === name));
}

function encode(plain: Buffer, encoding: 'br' | 'gzip'): Promise<Buffer> {
  if (encoding === 'gzip') return asGzip(plain, { level: 9 });
  return asBrotli(plain, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } });
}

const bytesOf = (buffer: Buffer): Uint8Array<ArrayBuffer> => new Uint8Array(buffer);

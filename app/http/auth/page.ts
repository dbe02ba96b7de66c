import { createHash } from 'node:crypto';
import type { Context, MiddlewareHandler } from 'hono';
import { html, raw } from 'hono/html';
import type { ContentfulStatusCode } from 'hono/utils/http-status';

const STYLE = `
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; margin: 0; min-height: 100vh; display: grid; place-items: center; }
main { max-width: 32rem; padding: 2rem; overflow-wrap: anywhere; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0 0 1rem; }
a, button { font: inherit; display: inline-block; padding: 0.5rem 1rem; border-radius: 0.375rem; cursor: pointer; }
a, button { color: #fff; background: #1d4ed8; border: 0; text-decoration: none; }
a:focus-visible, button:focus-visible { outline: 3px solid #f59e0b; outline-offset: 2px; }
code { font-family: ui-monospace, monospace; }
`;
const STYLE_HASH = createHash('sha256').update(STYLE).digest('base64');
const POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${STYLE_HASH}'`,
  "form-action 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
].join('; ');

/** What a page says. Whatever is put into `body` by `html` is harmless. */
export interface Page {
  readonly title: string;
  readonly body: ReturnType<typeof html>;
}

/** A page without scripts. */
export function showPage(context: Context, { title, body }: Page, status: ContentfulStatusCode = 200) {
  return context.html(
    html`<!doctype html>
      <html lang="en">
        <head>
          <meta charset="utf-8" />
          <meta name="viewport" content="width=device-width, initial-scale=1" />
          <title>${title} · AstraForge</title>
          <style>
            ${raw(STYLE)}
          </style>
        </head>
        <body>
          <main>
            <h1>${title}</h1>
            ${body}
          </main>
        </body>
      </html>`,
    status,
  );
}

/**
 * Headers of every page about signing in: kept by nobody, framed by nobody, and no other host learns its address, which may
 * hold a code or a link. The address stays known to our own forms, or browsers would call their origin `null`.
 */
export const pageHeaders: MiddlewareHandler = async (context, next) => {
  await next();
  context.header('cache-control', 'no-store');
  context.header('content-security-policy', POLICY);
  context.header('referrer-policy', 'same-origin');
  context.header('x-content-type-options', 'nosniff');
};

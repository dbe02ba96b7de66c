import { signedAttachment } from './files.ts';
import type { Call } from './route.ts';
import type { World } from './world.ts';

/** `body_html` and `body_text`, where a call wants them. */
export function renderedBody(call: Pick<Call, 'world' | 'full'>, { body }: { readonly body: string }) {
  return call.full ? { body_html: renderHtml(call.world, body), body_text: body } : {};
}

/**
 * As much of Markdown as shows pictures. As on GitHub, attachments get signed addresses and pictures of other sites go through
 * `camo`, GitHub's proxy: https://docs.github.com/en/authentication/keeping-your-account-and-data-secure/about-anonymized-urls
 */
function renderHtml(world: World, body: string): string {
  const picture = /!\[[^\]]*\]\(([^)\s]+)\)|<img\s[^>]*?src="([^"]+)"[^>]*>/g;
  const shown = body.replaceAll(/<!--[\s\S]*?-->/g, '');
  const html = shown.replaceAll(picture, (_whole, inMarkdown?: string, inHtml?: string) => {
    const source = addressOf(world, inMarkdown ?? inHtml ?? '')
      .replaceAll('&', '&amp;')
      .replaceAll('"', '&quot;');
    return `<a target="_blank" href="${source}"><img src="${source}" alt="" style="max-width: 100%;"></a>`;
  });
  return `<p dir="auto">${html}</p>`;
}

function addressOf(world: World, url: string): string {
  const signed = signedAttachment(world, url);
  if (signed !== undefined) return signed;
  if (url.startsWith(world.webUrl)) return url;
  return `https://camo.githubusercontent.com/0/${Buffer.from(url).toString('hex')}`;
}

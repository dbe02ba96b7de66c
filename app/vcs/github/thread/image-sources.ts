const ENTITIES: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&quot;': '"',
  '&#39;': "'",
  '&lt;': '<',
  '&gt;': '>',
};

/**
 * Addresses of the pictures in HTML that GitHub rendered, each once, in their order; relative ones are taken from `base`.
 * Whatever the HTML is, the time is linear in its length: a tag ends at the next angle bracket of either kind.
 */
export function imageSources(html: string, base: string): URL[] {
  const found = new Map<string, URL>();
  for (const [tag] of html.matchAll(/<img\s[^<>]*>/gi)) {
    const [, source] = /\ssrc="([^"]*)"/i.exec(tag) ?? [];
    const url = source === undefined ? undefined : parsed(source, base);
    if (url !== undefined) found.set(url.href, url);
  }
  return [...found.values()];
}

function parsed(source: string, base: string): URL | undefined {
  const text = source.replaceAll(/&(?:amp|quot|#39|lt|gt);/g, (entity) => ENTITIES[entity] ?? entity);
  return URL.canParse(text, base) ? new URL(text, base) : undefined;
}

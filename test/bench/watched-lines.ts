import type { BrowserContext, Page } from 'playwright-core';

/** Lines that a page has in it, by when they came there. */
export interface WatchedLines {
  readonly page: Page;
  /** When a text was first in the page, by `performance.now()` of this process. Throws after a minute. */
  arrival(text: string): Promise<number>;
  /** Half of the shortest call to the page: the two clocks are known to each other no better, in milliseconds. */
  readonly doubtMs: number;
}

const WAIT_MS = 60_000;
const CLOCK_CALLS = 40;

/** Tells of every `line-…` once, with the page's clock, as soon as it is in the tree of the document. */
const WATCH = `
  const seen = new Set();
  const look = (node) => {
    for (const [text] of (node.textContent ?? '').matchAll(/line-\\d+/g))
      if (!seen.has(text)) { seen.add(text); benchSaw(text, performance.now()); }
  };
  new MutationObserver((changes) => {
    for (const { addedNodes, target, type } of changes)
      if (type === 'characterData') look(target); else addedNodes.forEach(look);
  }).observe(document, { subtree: true, childList: true, characterData: true });
`;

/** Opens a page and notes when lines get into it; `begin`, in the page once it is loaded, may bring them there. */
export async function watchLines(context: BrowserContext, url: string, begin = ''): Promise<WatchedLines> {
  const arrived = new Map<string, number>();
  const waiting = new Map<string, (at: number) => void>();
  await context.exposeFunction('benchSaw', (text: string, at: number) => {
    arrived.set(text, at);
    waiting.get(text)?.(at);
  });
  await context.addInitScript({ content: WATCH });
  const page = await context.newPage();
  await page.goto(url);
  await page.evaluate(begin);
  const { offsetMs, doubtMs } = await compareClocks(page);
  const there = (text: string) =>
    new Promise<number>((resolve, reject) => {
      const known = arrived.get(text);
      if (known !== undefined) return resolve(known);
      const late = setTimeout(() => reject(new Error(`the page had no ${text} after ${WAIT_MS} ms`)), WAIT_MS);
      waiting.set(text, (at) => {
        clearTimeout(late);
        resolve(at);
      });
    });
  return { page, doubtMs, arrival: async (text) => (await there(text)) - offsetMs };
}

/** What the page's clock is ahead of ours, by the call that took least time. */
async function compareClocks(page: Page): Promise<{ offsetMs: number; doubtMs: number }> {
  let best = { offsetMs: 0, doubtMs: Number.POSITIVE_INFINITY };
  for (let call = 0; call < CLOCK_CALLS; call += 1) {
    const asked = performance.now();
    const there = Number(await page.evaluate('performance.now()'));
    const doubtMs = (performance.now() - asked) / 2;
    if (doubtMs < best.doubtMs) best = { offsetMs: there - asked - doubtMs, doubtMs };
  }
  return best;
}

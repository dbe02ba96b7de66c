import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser } from 'playwright-core';
import { z } from 'zod';
import { blockingTime, timeToInteractive } from './time-to-interactive.ts';

/** How a page came up, times in milliseconds since it was asked for. */
export interface PageLoad {
  readonly firstPaintMs: number;
  readonly largestPaintMs: number;
  readonly interactiveMs: number;
  readonly blockingMs: number;
  /** Compressed bodies of everything that was fetched until then, and of scripts alone. */
  readonly bytes: number;
  readonly scriptBytes: number;
  readonly scripts: number;
}

/** A processor that many times slower, and Lighthouse's slow 4G as DevTools are told it. */
export const SLOWER = 4;
/**
 * 150 ms and 1.6 Mbit/s become this, because DevTools delays requests and not packets: `mobileSlow4G` and its factors 3.75 and 0.9
 * in https://github.com/GoogleChrome/lighthouse/blob/main/core/config/constants.js
 */
export const SLOW_4G = { latencyMs: 562.5, downKbit: 1_474.56, upKbit: 675 };
const BYTES_PER_KBIT = 1_024 / 8;
/** A phone held upright, in CSS pixels. */
const PHONE = { width: 412, height: 823 };
const POLL_MS = 250;
const WAIT_MS = 90_000;

const WATCH = `
  window.benchTasks = []; window.benchLargest = 0;
  new PerformanceObserver((list) => { for (const { startTime, duration } of list.getEntries())
    benchTasks.push({ from: startTime, to: startTime + duration }); }).observe({ type: 'longtask', buffered: true });
  new PerformanceObserver((list) => { for (const { startTime } of list.getEntries()) benchLargest = startTime; })
    .observe({ type: 'largest-contentful-paint', buffered: true });
  performance.setResourceTimingBufferSize(2000);
`;
const LOOK = `({
  until: performance.now(), largest: benchLargest, longTasks: benchTasks,
  firstPaint: performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? null,
  fetched: [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')].map((one) => ({
    name: one.name, from: one.startTime, to: one.responseEnd, bytes: one.encodedBodySize })),
})`;
const Span = z.object({ from: z.number(), to: z.number() });
const Looked = z.object({
  until: z.number(),
  largest: z.number(),
  firstPaint: z.number().nullable(),
  longTasks: z.array(Span),
  fetched: z.array(Span.extend({ name: z.string(), bytes: z.number() })),
});

/** Opens a page with nothing kept from before, on a phone's processor and network, and waits until it is interactive. */
export async function loadThrottled(browser: Browser, url: string, key: string): Promise<PageLoad> {
  const context = await browser.newContext({ viewport: PHONE, extraHTTPHeaders: { 'x-api-key': key } });
  try {
    await context.addInitScript({ content: WATCH });
    const page = await context.newPage();
    const tools = await context.newCDPSession(page);
    await tools.send('Network.enable');
    await tools.send('Network.emulateNetworkConditions', {
      offline: false,
      latency: SLOW_4G.latencyMs,
      downloadThroughput: SLOW_4G.downKbit * BYTES_PER_KBIT,
      uploadThroughput: SLOW_4G.upKbit * BYTES_PER_KBIT,
    });
    await tools.send('Emulation.setCPUThrottlingRate', { rate: SLOWER });
    await page.goto(url, { waitUntil: 'commit', timeout: WAIT_MS });
    for (const end = Date.now() + WAIT_MS; Date.now() < end;) {
      const load = judged(Looked.parse(await page.evaluate(LOOK)));
      if (load !== undefined) return load;
      await sleep(POLL_MS);
    }
    throw new Error(`${url} was not interactive after ${WAIT_MS} ms`);
  } finally {
    await context.close();
  }
}

function judged({ firstPaint, largest, fetched, longTasks, until }: z.infer<typeof Looked>): PageLoad | undefined {
  if (firstPaint === null) return undefined;
  const activity = { until, firstPaint, longTasks, fetches: fetched.filter(({ to }) => to > 0) };
  const interactiveMs = timeToInteractive(activity);
  if (interactiveMs === undefined) return undefined;
  const sum = (of: readonly { bytes: number }[]): number => of.reduce((total, { bytes }) => total + bytes, 0);
  const first = fetched.filter(({ from }) => from <= interactiveMs);
  const scripts = first.filter(({ name }) => new URL(name).pathname.endsWith('.js'));
  return {
    firstPaintMs: firstPaint,
    largestPaintMs: Math.max(largest, firstPaint),
    interactiveMs,
    blockingMs: blockingTime(activity, interactiveMs),
    bytes: sum(first),
    scriptBytes: sum(scripts),
    scripts: scripts.length,
  };
}

import { chromium, type Browser } from 'playwright-core';
import { findChromium } from './find-chromium.ts';

/** Debian's Chromium without a window. Root may not use its sandbox, and what it shows here is our own. */
export async function launchChromium(more: readonly string[] = []): Promise<Browser> {
  const found = findChromium();
  if (!found.found) throw new Error(found.reason);
  return chromium.launch({
    executablePath: found.value,
    args: ['--no-sandbox', '--disable-dev-shm-usage', ...more],
  });
}

import { createRequire } from 'node:module';
import { readFile } from 'node:fs/promises';
import type { BrowserContext, Page } from 'playwright-core';
import { z } from 'zod';

/** What a page did that it should not; each list is empty for a good one. */
export interface Watched {
  readonly page: Page;
  /** Addresses outside of the server's own that it asked for. */
  readonly outside: string[];
  /** What it tried against its policy. */
  readonly violations: string[];
  /** Scripts of strangers that ran: dialogs, and calls of `pwned()`. */
  readonly strangers: string[];
  /** Errors nobody caught. */
  readonly errors: string[];
  /** Resolves when the page shows something and reads nothing any more. */
  ready(): Promise<void>;
  /** What axe has against the page as it is now (WCAG 2.2 AA). */
  axe(): Promise<string[]>;
}

/** Others may be using the machine as well. */
const WAIT_MS = 60_000;
const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
const Findings = z.object({
  violations: z.array(
    z.object({ id: z.string(), nodes: z.array(z.object({ html: z.string(), failureSummary: z.string() })) }),
  ),
});

const LISTEN = `
  window.pwned = () => watchStranger('pwned');
  addEventListener('securitypolicyviolation', (event) => watchViolation(event.violatedDirective + ' ' + event.blockedURI));
`;

/** Opens an empty page in a context and watches whatever it will do. `own` is the server's address. */
export async function watchPage(context: BrowserContext, own: string): Promise<Watched> {
  const seen = {
    outside: [] as string[],
    violations: [] as string[],
    strangers: [] as string[],
    errors: [] as string[],
  };
  await context.exposeFunction('watchViolation', (text: string) => void seen.violations.push(text));
  await context.exposeFunction('watchStranger', (text: string) => void seen.strangers.push(text));
  await context.addInitScript({ content: LISTEN });
  await context.addInitScript({ content: await readFile(AXE, 'utf8') });
  context.setDefaultTimeout(WAIT_MS);
  const page = await context.newPage();
  page.on('request', (request) => {
    if (!request.url().startsWith(own)) seen.outside.push(request.url());
  });
  page.on('dialog', (dialog) => {
    seen.strangers.push(dialog.message());
    void dialog.dismiss();
  });
  page.on('pageerror', (error) => seen.errors.push(String(error)));
  return { ...seen, page, ready: () => ready(page), axe: () => findings(page) };
}

async function ready(page: Page): Promise<void> {
  await page.locator('main').getByText(/\S/).first().waitFor();
  await page.getByRole('status', { name: 'Reading …' }).first().waitFor({ state: 'detached' });
  await page.getByText('Opening …', { exact: true }).waitFor({ state: 'detached' });
}

async function findings(page: Page): Promise<string[]> {
  const options = { runOnly: { type: 'tag', values: RULES } };
  const found = Findings.parse(await page.evaluate(`axe.run(document, ${JSON.stringify(options)})`));
  return found.violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 200)} ${failureSummary}`),
  );
}

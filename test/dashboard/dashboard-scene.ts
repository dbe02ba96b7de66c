import { fileURLToPath } from 'node:url';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { App } from '../../app/config.ts';
import { effectiveVariables } from '../../app/config-variables.ts';
import { openDashboard } from '../../app/http/dashboard.ts';
import { serve } from '../../app/http/server.ts';
import { installedVersion } from '../../app/version.ts';
import { openApiScene, type ApiScene } from '../app/http/api/api-scene.ts';
import { launchChromium } from '../services/launch-chromium.ts';
import { watchPage, type Watched } from './watch-page.ts';

/** The dashboard as it was built, on a real server with a real store, and a browser to look at it. */
export interface DashboardScene extends AsyncDisposable {
  readonly url: string;
  readonly api: ApiScene;
  /** Opens a path in a window of its own, signed in with a key that may do everything unless `key` is null. */
  open(path: string, options?: OpenOptions): Promise<Watched & { readonly page: Page }>;
  /** Stops the server and starts it again on the same port, `between` meanwhile. */
  restart(between: () => Promise<void>): Promise<void>;
}

/** How a window is opened. */
export interface OpenOptions extends Pick<BrowserContextOptions, 'viewport' | 'colorScheme' | 'timezoneId'> {
  readonly key?: null;
}

/** What an operator might have set; the secret is one that shows whether it is hidden. */
const SET = {
  API_KEY_PEPPER: 'a-secret-nobody-may-see',
  PUBLIC_URL: 'https://forge.example',
  API_CALLS_PER_MINUTE: '600',
};
const BUILT = fileURLToPath(new URL('../../dashboard/dist', import.meta.url));
/** A phone in the hand, in CSS pixels. */
export const PHONE = { width: 390, height: 844 };
const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

/** Opens everything; the browser is closed with it. */
export async function openDashboardScene(): Promise<DashboardScene> {
  const api = await openApiScene({
    settings: { version: installedVersion(), variables: effectiveVariables(App, SET) },
  });
  const { key } = await api.keyFor(['admin']);
  const listen = (port: number) =>
    serve(
      { host: '127.0.0.1', port },
      { api: api.api, dashboard: openDashboard(BUILT), dependencies: [], draining: () => false, logger: quiet },
    );
  let server = await listen(0);
  const { url } = server;
  const browser = await launchChromium();
  return {
    url,
    api,
    async open(path, options = {}) {
      const { key: own, ...window } = options;
      const context = await browser.newContext({
        viewport: { width: 1440, height: 900 },
        ...window,
        ...(own === null ? {} : { extraHTTPHeaders: { 'x-api-key': key } }),
      });
      const watched = await watchPage(context, url);
      await watched.page.goto(`${url}${path}`);
      return watched;
    },
    async restart(between) {
      await server[Symbol.asyncDispose]();
      try {
        await between();
      } finally {
        server = await listen(Number(new URL(url).port));
      }
    },
    [Symbol.asyncDispose]: async () => {
      await browser.close();
      await server[Symbol.asyncDispose]();
      await api[Symbol.asyncDispose]();
    },
  };
}

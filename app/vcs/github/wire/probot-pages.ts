import type { IncomingMessage, ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';

/** Probot's `ManifestCreation`: `getManifest` reads `app.yml`, `createAppFromCode` returns the App's web address. */
interface ManifestCreation {
  getManifest(options: { pkg: object; baseUrl: string; readFileSync: () => string }): string;
  createAppFromCode(code: string, options: object): Promise<string>;
}

type Values = Readonly<Record<string, string>>;
type View<Fields> = (fields: Fields) => string;

const callable = <T>() => z.custom<T>((value) => typeof value === 'function');

const Parts = z.object({
  ManifestCreation: callable<new (options: { updateEnv: (values: Values) => Values }) => ManifestCreation>(),
  setupView:
    callable<View<Record<'name' | 'description' | 'createAppUrl' | 'manifest', string> & { version: undefined }>>(),
  importView: callable<View<Record<'name' | 'GH_HOST' | 'WEBHOOK_PROXY_URL', string>>>(),
  successView: callable<View<{ name: string }>>(),
  staticFilesHandler: callable<(request: IncomingMessage, response: ServerResponse) => boolean>(),
});

/** The parts of Probot's set-up page. Views insert their fields as they are, so these must be safe as HTML. */
export type ProbotPages = z.infer<typeof Parts>;

const FILES = [
  'manifest-creation.js',
  'views/setup.js',
  'views/import.js',
  'views/success.js',
  'server/handlers/static-files.js',
];

/**
 * Loads the parts of the set-up page of Probot 14.3.2. What Probot exports, `run()`, puts them together in a way that a
 * machine should not be left alone with: no `state` and no look at who posts, so any web page a person visits meanwhile
 * could hand in an App of its own (https://docs.github.com/en/apps/sharing-github-apps/registering-a-github-app-from-a-manifest
 * asks for `state` for this reason); a channel at smee.io; `.env` rewritten without its comments.
 * @throws ZodError when another version of Probot lacks a part; `test/process/setup-page.test.ts` notices.
 */
export async function openProbotPages(): Promise<ProbotPages> {
  const main = pathToFileURL(createRequire(import.meta.url).resolve('probot'));
  const modules = await Promise.all(FILES.map((file): Promise<object> => import(new URL(file, main).href)));
  return Parts.parse(Object.assign({}, ...modules.map((loaded) => ({ ...loaded }))));
}

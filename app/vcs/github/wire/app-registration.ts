import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import { toGitHubError } from './errors.ts';
import { openProbotPages, type ProbotPages } from './probot-pages.ts';
import { createTransport } from './transport.ts';

/** Where the App is made and what it will be told. */
export interface RegistrationSettings {
  readonly apiUrl: string;
  readonly webUrl: string;
  /** Login of the organization that will own the App; the person who makes it when undefined. */
  readonly organization: string | undefined;
  /** `app.yml`. */
  readonly manifestFile: string | URL;
  /** Address GitHub sends webhooks to. */
  readonly webhookUrl: string;
}

/** The three values that make an environment serve this App; `PRIVATE_KEY` is PEM. */
export interface AppCredentials {
  readonly APP_ID: string;
  readonly PRIVATE_KEY: string;
  readonly WEBHOOK_SECRET: string;
}

/** Makes a GitHub App out of `app.yml`, with Probot's pages. */
export interface AppRegistration {
  /** What `app.yml` asks for: level by permission, and events. */
  readonly asks: { readonly permissions: Readonly<Record<string, string>>; readonly events: readonly string[] };
  /** Page whose button posts the manifest to GitHub, which sends the person back to `<origin>/probot/setup` with `state`. */
  invitation(place: { origin: string; state: string; note: string }): string;
  /** Page that takes an App that exists already; it posts JSON `{appId, pem, webhook_secret}` to its own address. */
  importPage(): string;
  /** Page that says it is done. */
  donePage(): string;
  /** Serves Probot's pictures and style sheet under `/probot/static/`; false for any other address. */
  asset(request: IncomingMessage, response: ServerResponse): boolean;
  /**
   * Changes the one-time code for the App, once: https://docs.github.com/en/apps/sharing-github-apps/registering-a-github-app-from-a-manifest
   * @throws AppError when GitHub does not know the code or does not answer.
   */
  register(code: string): Promise<{ readonly credentials: AppCredentials; readonly installUrl: string }>;
}

const Manifest = z.looseObject({
  name: z.string(),
  description: z.string(),
  default_events: z.array(z.string()),
  default_permissions: z.record(z.string(), z.string()),
});

// Probot hands values over as it would write them to a file: the key stands in double quotes.
const Conversion = z.object({
  APP_ID: z.string(),
  PRIVATE_KEY: z.string().transform((quoted) => quoted.replace(/^"|"$/g, '')),
  WEBHOOK_SECRET: z.string(),
});

/** Opens the registration; nothing is sent before {@link AppRegistration.register}. */
export async function openAppRegistration(settings: RegistrationSettings): Promise<AppRegistration> {
  const pages = await openProbotPages();
  const text = readFileSync(settings.manifestFile, 'utf8');
  const manifestFor = (origin: string) => readManifest(pages, { text, origin, webhookUrl: settings.webhookUrl });
  const { default_permissions: permissions, default_events: events, ...rest } = manifestFor(settings.webUrl);
  const name = escapeHtml(rest.name);
  const owner = settings.organization === undefined ? '' : `/organizations/${settings.organization}`;
  return {
    asks: { permissions, events },
    invitation: ({ origin, state, note }) => {
      const manifest = manifestFor(origin);
      return pages.setupView({
        name,
        version: undefined,
        description: `${escapeHtml(manifest.description)}<br>${note}`,
        createAppUrl: `${settings.webUrl}${owner}/settings/apps/new?state=${state}`,
        manifest: escapeHtml(JSON.stringify(manifest)),
      });
    },
    importPage: () => pages.importView({ name, WEBHOOK_PROXY_URL: settings.webhookUrl, GH_HOST: settings.webUrl }),
    donePage: () => pages.successView({ name }),
    asset: pages.staticFilesHandler,
    register: (code) => convert(pages, code, settings.apiUrl),
  };
}

function readManifest(pages: ProbotPages, given: { text: string; origin: string; webhookUrl: string }) {
  const creation = new pages.ManifestCreation({ updateEnv: (values) => values });
  const made = creation.getManifest({ pkg: {}, baseUrl: given.origin, readFileSync: () => given.text });
  const manifest = Manifest.parse(JSON.parse(made));
  return { ...manifest, hook_attributes: { url: given.webhookUrl } };
}

async function convert(pages: ProbotPages, code: string, apiUrl: string) {
  let written: unknown;
  const creation = new pages.ManifestCreation({ updateEnv: (values) => (written = values) });
  // Probot sends every option as a parameter too; Octokit leaves just these two out of the body.
  const options = { baseUrl: apiUrl, request: { fetch: createTransport(), retries: 0 } };
  try {
    const page = await creation.createAppFromCode(code, options);
    return { credentials: Conversion.parse(written), installUrl: `${page}/installations/new` };
  } catch (thrown) {
    throw toGitHubError(thrown, { action: 'making the GitHub App', write: true }, Date.now());
  }
}

/** Makes text safe between tags and in quoted attributes. */
function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;').replaceAll("'", '&#39;');
}

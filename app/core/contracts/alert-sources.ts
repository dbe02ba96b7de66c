import { z } from 'zod';
import { ACTS } from '../domain/alert/acting.ts';
import { TRACKERS } from '../domain/alert/alert.ts';
import { splitRepository } from '../domain/alert/repository-name.ts';
import { RESOLUTIONS, TRACKING_HOSTS, type AlertSource } from '../domain/alert/source.ts';
import { FIRST_TENANT } from '../domain/rules/tenant.ts';
import { holds, HostUrl, requireStrongSecret } from './host-variables.ts';
import { jsonVariable } from './json-variable.ts';
import { ChannelId } from './notice-channels.ts';

const SOURCES_MAX = 100;
const PROJECTS_MAX = 1_000;
const NAME_CHARS_MAX = 200;
const TELL_MAX = 20;

const Name = z.string().trim().min(1).max(NAME_CHARS_MAX);

/** Id of a source: it stands in addresses and in names of deliveries. */
const SourceId = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,39}$/, 'use lower-case letters, digits and hyphens, at most 40');

const Repository = z
  .string()
  .max(1_000)
  .regex(
    new RegExp(`^(?:${TRACKING_HOSTS.join('|')}):[\\w.-]+(?:/[\\w.-]+)+$`),
    'write it as `github:owner/name` or `gitlab:group/name`',
  );

const PATHS_MAX = 50;
const Path = z.string().max(1_000);

const Project = z
  .strictObject({
    project: Name,
    repository: Repository,
    base: Name.exactOptional(),
    paths: z
      .array(z.strictObject({ from: Path.min(1), to: Path }))
      .max(PATHS_MAX)
      .default([]),
  })
  .transform(({ repository, ...project }) => {
    const { provider, name } = splitRepository(repository);
    return { ...project, provider, repository: name };
  });

const WORDS_MAX = 20;
const Words = z.array(z.string().trim().min(1).max(NAME_CHARS_MAX)).min(1).max(WORDS_MAX);
const Count = z.int().min(1);

/** From when on alerts are acted upon. */
const When = z.strictObject({
  levels: Words.exactOptional(),
  environments: Words.exactOptional(),
  events: Count.exactOptional(),
  users: Count.exactOptional(),
});

const DAY_MINUTES = 24 * 60;

/** How many requests of a source may be begun within how many minutes. */
const Storm = z.strictObject({
  requests: Count.max(1_000).default(10),
  minutes: Count.max(DAY_MINUTES).default(60),
});

const Source = z.strictObject({
  id: SourceId,
  tracker: z.enum(TRACKERS),
  url: HostUrl,
  organization: Name,
  tenant: Name.default(FIRST_TENANT),
  act: z.enum(ACTS).default('propose'),
  when: When.prefault({}),
  storm: Storm.prefault({}),
  projects: z.array(Project).max(PROJECTS_MAX).default([]),
  tell: z
    .array(ChannelId)
    .max(TELL_MAX)
    .default([])
    .transform((ids) => [...new Set(ids)]),
  resolve: z.enum(RESOLUTIONS).default('next-release'),
});

/** The error trackers whose alerts are taken, by the id in the address of their webhooks. */
export const AlertSources = jsonVariable(
  z.array(Source).max(SOURCES_MAX).refine(haveDifferentIds, 'two sources have the same id'),
).transform((sources): ReadonlyMap<string, AlertSource> => new Map(sources.map((source) => [source.id, source])));

/** What proves that a delivery is the source's, by its id: the secret that Sentry signs with, or the end of the address that Glitchtip calls. */
export const AlertSecrets = jsonVariable(
  z.record(
    SourceId,
    z
      .string()
      .refine(
        (secret) => holds(() => requireStrongSecret(secret)),
        'a secret is shorter than 32 bytes (make one with: openssl rand -hex 32)',
      ),
  ),
).transform((secrets): ReadonlyMap<string, string> => new Map(Object.entries(secrets)));

/** Less is no token of either tracker. */
const TOKEN_CHARS_MIN = 16;

/** The tokens that read from trackers, by the id of the source. */
export const AlertTokens = jsonVariable(z.record(SourceId, z.string().trim().min(TOKEN_CHARS_MIN))).transform(
  (tokens): ReadonlyMap<string, string> => new Map(Object.entries(tokens)),
);

function haveDifferentIds(sources: readonly { id: string }[]): boolean {
  return new Set(sources.map(({ id }) => id)).size === sources.length;
}

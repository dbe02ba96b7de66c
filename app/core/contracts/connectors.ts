import { z } from 'zod';
import { PROVIDERS } from '../domain/host/repo.ts';
import type { ConnectorLink, ConnectorPlace } from '../domain/request/connector.ts';
import { FIRST_TENANT } from '../domain/rules/tenant.ts';
import { jsonVariable } from './json-variable.ts';

const PLACES_MAX = 100;
const SENDERS_MAX = 1_000;
const NAME_CHARS_MAX = 200;

const Id = z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}$/, 'use lower-case letters, digits and hyphens, at most 40');
const Name = z.string().trim().min(1).max(NAME_CHARS_MAX);

const Link = z
  .union([z.uuid(), z.string().regex(new RegExp(`^(?:${PROVIDERS.join('|')}):\\S+$`))], {
    error: 'write the id of a repository link, or `github:owner/name`',
  })
  .transform((link): ConnectorLink => {
    const at = link.indexOf(':');
    const provider = PROVIDERS.find((one) => one === link.slice(0, at));
    return provider === undefined ? { id: link } : { provider, repository: link.slice(at + 1) };
  });

const Place = z.strictObject({
  name: Id,
  id: Id,
  link: Link,
  tenant: Name.default(FIRST_TENANT),
  mention: Name.regex(/^[\w-]+$/, 'write it without @')
    .nullable()
    .default(null),
  label: Name.nullable().default(null),
  senders: z.array(Name).max(SENDERS_MAX).default([]),
});

/** A place whose `mention` may be the installation's own. */
export type ConfiguredPlace = Omit<ConnectorPlace, 'mention'> & { readonly mention: string | null };

/** The places that may ask for work through a connector, by the id in the address of their webhooks; a variable that holds JSON. */
export const ConnectorPlaces = jsonVariable(
  z
    .array(Place)
    .max(PLACES_MAX)
    .refine((all) => new Set(all.map(({ id }) => id)).size === all.length, 'two connectors have the same id'),
).transform((places): ReadonlyMap<string, ConfiguredPlace> => new Map(places.map((place) => [place.id, place])));

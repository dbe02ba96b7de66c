import { z } from 'zod';
import { PROVIDERS, type Provider } from '#core/domain/host/repo.ts';
import type { RunFilter } from '#core/ports/history.ts';
import type { Database } from '../database/database.ts';
import type { NumberedFilter } from './history-pages.ts';

/** A name can have stood for several repositories one after the other, and for one on each host; more than this is abuse. */
const NUMBERS_MAX = 16;

/** From one number to the next along the index, so that a repository with a million requests costs as much as one with one. */
const numbersOf = (name: string, number: string): string => `
  with recursive named(provider, number) as (
    (select provider, ${number} from request where tenant_id = $1 and ${name} = lower($2)
      order by provider, ${number} limit 1)
    union all
    select further.provider, further.number from named cross join lateral (
      select provider, ${number} as number from request
      where tenant_id = $1 and ${name} = lower($2) and (provider, ${number}) > (named.provider, named.number)
      order by provider, ${number} limit 1) as further
  )
  select provider, number::float8 from named limit ${NUMBERS_MAX}`;

const REPOSITORIES = numbersOf(`lower(repo_owner || '/' || repo_name)`, 'repo_id');
const PEOPLE = numbersOf('lower(requester_login)', 'requester_id');

const Numbered = z
  .object({ provider: z.enum(PROVIDERS), number: z.number() })
  .transform(({ provider, number }) => ({ provider, id: number }));
type Numbered = z.infer<typeof Numbered>;

/**
 * The filters by numbers that a filter by names comes down to, one per pair of repository and person; none when nobody and
 * nothing ever had these names.
 */
export async function numberedFilters(
  { rows }: Database,
  tenantId: string,
  filter: RunFilter,
): Promise<readonly NumberedFilter[]> {
  const { repoName, requesterLogin, namesOf, ...rest } = filter;
  const resolved = async (text: string, name: string | undefined): Promise<readonly Numbered[] | undefined> => {
    if (name === undefined) return undefined;
    const found = await rows(Numbered, { action: 'Looking a name up', text, values: [tenantId, name] });
    return found.filter(({ provider }) => namesOf === undefined || provider === namesOf);
  };
  const repositories = await resolved(REPOSITORIES, repoName);
  const people = await resolved(PEOPLE, requesterLogin);
  const pairs = pairsOf(repositories, people).filter(
    ({ repo, requester }) =>
      agrees(rest.repo, repo) && agrees(rest.requester, requester) && onOneHost(repo?.provider, requester?.provider),
  );
  return pairs.map((pair) => ({ ...rest, ...pair }));
}

type Pair = Pick<NumberedFilter, 'repo' | 'requester'>;

function pairsOf(repositories: readonly Numbered[] | undefined, people: readonly Numbered[] | undefined): Pair[] {
  const withRepositories: Pair[] = repositories === undefined ? [{}] : repositories.map((repo) => ({ repo }));
  if (people === undefined) return withRepositories;
  return withRepositories.flatMap((pair) => people.map((requester) => ({ ...pair, requester })));
}

/** A number that was asked for as well must be the one that the name stands for. */
function agrees(asked: Numbered | undefined, named: Numbered | undefined): boolean {
  return asked === undefined || named === undefined || (asked.provider === named.provider && asked.id === named.id);
}

function onOneHost(one: Provider | undefined, other: Provider | undefined): boolean {
  return one === undefined || other === undefined || one === other;
}

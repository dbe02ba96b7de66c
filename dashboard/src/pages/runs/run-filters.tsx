import { useNavigate } from '@tanstack/react-router';
import { X } from 'lucide-react';
import { Button } from '@/components/ui/button.tsx';
import { Select } from '@/components/ui/field.tsx';
import { RUN_STATES } from '@/components/run-state.tsx';
import type { RunSummary } from '@/generated/client/types.gen.ts';
import { searchOfRuns, SPANS, type RunsSearch } from '../search-params.ts';

type Option = readonly [value: string, name: string];
type Choice = readonly [chosen: string | undefined, options: readonly Option[]];

const PROVIDERS = [
  ['github', 'GitHub'],
  ['gitlab', 'GitLab'],
  ['git', 'Plain Git'],
] as const;

/** Every repository or person among the runs that are known, and the chosen one although no run tells its name. */
function optionsOf(pairs: readonly Option[], chosen: string): Option[] {
  const names = new Map(pairs);
  if (chosen !== '' && !names.has(chosen)) names.set(chosen, `Number ${chosen.split(':')[1] ?? ''}`);
  return [...names].toSorted(([, a], [, b]) => a.localeCompare(b));
}

const keyOf = (provider: string | undefined, id: number | undefined): string =>
  provider === undefined || id === undefined ? '' : `${provider}:${id}`;

/** A host and one of its numbers, as the address writes them. */
function numbered(value: string, name: 'repository_id' | 'requester_id') {
  const [provider, id] = value.split(':');
  return value === '' ? { [name]: undefined } : { provider, [name]: id };
}

/** What to filter runs by; each choice goes to the address. `known` are runs that tell names of repositories and people. */
export function RunFilters({ search, known }: { readonly search: RunsSearch; readonly known: readonly RunSummary[] }) {
  const navigate = useNavigate();
  const change = (to: Readonly<Record<string, unknown>>): void =>
    void navigate({ to: '/runs', search: searchOfRuns({ ...search, ...to }), replace: true });
  const repository = keyOf(search.provider, search.repository_id);
  const requester = keyOf(search.provider, search.requester_id);
  const repositories = optionsOf(
    known.map((run) => [keyOf(run.repository.provider, run.repository.id), run.repository.full_name]),
    repository,
  );
  const people = optionsOf(
    known.map((run) => [keyOf(run.repository.provider, run.requester.id), run.requester.login]),
    requester,
  );
  const select = (label: string, [value, more]: Choice, to: (value: string) => object) => (
    <Select
      label={label}
      value={value ?? ''}
      options={[['', label], ...more]}
      onChange={(event) => change({ ...to(event.target.value) })}
    />
  );
  return (
    <div role="group" aria-label="Filters" className="grid grid-cols-2 gap-2 sm:grid-cols-3 xl:flex xl:[&>div]:w-44">
      {select('Any state', [search.state, RUN_STATES], (state) => ({ state }))}
      {select('Any repository', [repository, repositories], (value) => numbered(value, 'repository_id'))}
      {select('Anybody', [requester, people], (value) => numbered(value, 'requester_id'))}
      {select('Any source', [search.provider, PROVIDERS], (provider) => ({
        provider,
        repository_id: undefined,
        requester_id: undefined,
      }))}
      {select('Any time', [search.days?.toString(), SPANS], (days) => ({ days }))}
      <Button
        variant="ghost"
        disabled={Object.keys(search).length === 0}
        onClick={() => void navigate({ to: '/runs', search: {}, replace: true })}
      >
        <X aria-hidden /> Clear
      </Button>
    </div>
  );
}

import { useNavigate } from '@tanstack/react-router';
import { X } from 'lucide-react';
import { Button } from '@/components/ui/button.tsx';
import { Select, SuggestInput } from '@/components/ui/field.tsx';
import { RUN_STATES } from '@/components/run-state.tsx';
import type { RunSummary } from '@/generated/client/types.gen.ts';
import { searchOfRuns, SPANS, type RunsSearch } from '../search-params.ts';

type Option = readonly [value: string, name: string];

/** Where work is asked for; a client of the API that says nothing else is `direct_user` (docs/api.md). */
const SOURCES: readonly Option[] = [
  ['github', 'GitHub'],
  ['gitlab', 'GitLab'],
  ['git', 'Plain Git'],
  ['direct_user', 'REST API'],
];

const sorted = (names: readonly string[]): string[] => [...new Set(names)].toSorted((a, b) => a.localeCompare(b));

/** What an address may name although no list does. */
function withChosen(options: readonly Option[], chosen: string | undefined): readonly Option[] {
  if (chosen === undefined || options.some(([value]) => value === chosen)) return options;
  return [...options, [chosen, chosen]];
}

/** What to filter runs by; each choice goes to the address. `known` are runs that tell names of repositories and people. */
export function RunFilters({ search, known }: { readonly search: RunsSearch; readonly known: readonly RunSummary[] }) {
  const navigate = useNavigate();
  const change = (to: Readonly<Record<string, unknown>>): void =>
    void navigate({ to: '/runs', search: searchOfRuns({ ...search, ...to }), replace: true });
  const select = (label: string, name: keyof RunsSearch, options: readonly Option[]) => (
    <Select
      label={label}
      value={search[name] ?? ''}
      options={[['', label], ...options]}
      onChange={(event) => change({ [name]: event.target.value })}
    />
  );
  return (
    <div role="group" aria-label="Filters" className="grid grid-cols-2 gap-2 sm:grid-cols-3 xl:flex xl:[&>div]:w-44">
      {select('Any state', 'state', RUN_STATES)}
      <SuggestInput
        label="Any repository"
        value={search.repository ?? ''}
        suggestions={sorted(known.map((run) => run.repository.full_name))}
        onChoose={(repository) => change({ repository })}
      />
      <SuggestInput
        label="Anybody"
        value={search.requester ?? ''}
        suggestions={sorted(known.map((run) => run.requester.login))}
        onChoose={(requester) => change({ requester })}
      />
      {select('Any source', 'source', withChosen(SOURCES, search.source))}
      {select('Any time', 'days', SPANS)}
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

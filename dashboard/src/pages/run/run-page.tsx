import { useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { runQuery } from '@/api/queries.ts';
import { Failed } from '@/components/said.tsx';
import { SkeletonRows } from '@/components/ui/skeleton.tsx';
import { panelId, Tabs, type Tab } from '@/components/ui/tabs.tsx';
import { countFiles } from '@/diff/parse-diff.ts';
import type { Run } from '@/generated/client/types.gen.ts';
import { useLogStream } from '@/log/use-log-stream.ts';
import type { RunTab } from '../search-params.ts';
import { RunFacts } from './run-facts.tsx';
import { RunHead } from './run-head.tsx';
import { RunPanel } from './run-panel.tsx';

const route = getRouteApi('/runs/$id');
const MISSING = { title: 'There is no such run', text: 'It may be of another tenant, or the id is not quite right.' };

/** One run, whatever it is doing. */
export function RunPage() {
  const { id } = route.useParams();
  const run = useQuery(runQuery(id));
  if (run.data !== undefined) return <OpenRun key={id} run={run.data} />;
  if (run.isError) return <Failed thrown={run.error} retry={() => void run.refetch()} missing={MISSING} />;
  return <SkeletonRows count={10} className="p-6" />;
}

function OpenRun({ run }: { readonly run: Run }) {
  const navigate = useNavigate();
  const stream = useLogStream(run.id);
  const tab: RunTab = route.useSearch().tab ?? 'log';
  const choose = (next: RunTab): void =>
    void navigate({
      to: '/runs/$id',
      params: { id: run.id },
      search: next === 'log' ? {} : { tab: next },
      replace: true,
    });
  return (
    <div className="flex flex-col gap-4 p-3 sm:p-5 xl:h-full xl:flex-row xl:gap-5">
      <div className="flex min-w-0 flex-1 flex-col gap-3 xl:min-h-0">
        <RunHead run={run} />
        <Tabs label="Parts of the run" tabs={tabsOf(run)} chosen={tab} onChoose={choose} />
        <div
          role="tabpanel"
          id={panelId(tab)}
          aria-labelledby={`tab-${tab}`}
          className={
            tab === 'log'
              ? 'flex h-[78dvh] min-h-0 flex-col xl:h-auto xl:flex-1'
              : 'min-h-0 xl:flex-1 xl:overflow-y-auto'
          }
        >
          <RunPanel run={run} tab={tab} stream={stream} />
        </div>
      </div>
      <aside aria-label="Facts" className="space-y-3 xl:w-80 xl:shrink-0 xl:overflow-y-auto">
        <RunFacts run={run} stages={stream?.stages.list ?? []} />
      </aside>
    </div>
  );
}

function tabsOf(run: Run): Tab<RunTab>[] {
  const failed = run.commands.filter(({ exit_code: code }) => code !== 0).length;
  const checks = failed === 0 ? String(run.commands.length) : `${failed} failed`;
  return [
    { id: 'log', name: 'Log' },
    {
      id: 'changes',
      name: 'Changes',
      note: run.diff_size === 0 ? undefined : String(countFiles(run.diff)),
    },
    { id: 'answer', name: 'Answer' },
    { id: 'asked', name: 'Prompt and plan' },
    { id: 'checks', name: 'Commands', note: run.commands.length === 0 ? undefined : checks },
  ];
}

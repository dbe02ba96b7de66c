import { useQuery } from '@tanstack/react-query';
import type { SandboxSession } from '../../../../app/core/contracts/http/sandbox-sessions.ts';
import { sessionsQuery } from '@/api/queries.ts';
import { PageHead } from '@/components/page-head.tsx';
import { Failed, Nothing } from '@/components/said.tsx';
import { Ago, Took } from '@/components/time.tsx';
import { Badge, type Tone } from '@/components/ui/badge.tsx';
import { Card } from '@/components/ui/card.tsx';
import { SkeletonRows } from '@/components/ui/skeleton.tsx';
import { formatDuration } from '@/lib/format.ts';
import { visibleText } from '@/lib/visible-text.ts';

const MISSING = { title: 'Sandbox sessions are not available', text: 'This server does not tell of any.' };
const TONES: Readonly<Record<SandboxSession['status'], Tone>> = {
  starting: 'busy',
  ready: 'good',
  failed: 'bad',
  terminated: 'plain',
};
const COLUMNS = ['State', 'Owner', 'Image', 'Limits', 'Age', 'Idle', 'Ended because'] as const;

/** Long-lived workspaces that clients opened. */
export function SessionsPage() {
  const sessions = useQuery(sessionsQuery);
  return (
    <div className="mx-auto max-w-6xl space-y-4 p-4 sm:p-6">
      <PageHead title="Sandbox sessions" />
      {sessions.isPending && <SkeletonRows count={6} />}
      {sessions.isError && sessions.data === undefined && (
        <Failed thrown={sessions.error} retry={() => void sessions.refetch()} missing={MISSING} />
      )}
      {sessions.data?.length === 0 && (
        <Nothing title="No session is open">Workspaces that clients of the sandbox API open are listed here.</Nothing>
      )}
      {sessions.data !== undefined && sessions.data.length > 0 && <Sessions sessions={sessions.data} />}
    </div>
  );
}

function Sessions({ sessions }: { readonly sessions: readonly SandboxSession[] }) {
  return (
    <Card className="overflow-x-auto" tabIndex={0} aria-label="Sessions, newest first">
      <table className="w-full text-left text-[13px] whitespace-nowrap">
        <thead className="border-b bg-muted text-xs text-muted-foreground">
          <tr>
            {COLUMNS.map((name) => (
              <th key={name} scope="col" className="px-4 py-2 font-medium">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody className="divide-y">
          {sessions.map((session) => (
            <SessionRow key={session.id} session={session} />
          ))}
        </tbody>
      </table>
    </Card>
  );
}

function SessionRow({ session }: { readonly session: SandboxSession }) {
  const limits = [session.cpu && `${session.cpu} CPU`, session.memory].filter(Boolean).join(', ');
  const isOver = session.status === 'terminated' || session.status === 'failed';
  const reason = session.metadata.terminated_reason ?? session.error_message;
  return (
    <tr>
      <td className="px-4 py-2">
        <Badge tone={TONES[session.status]}>{session.status}</Badge>
      </td>
      <td className="px-4 py-2">{session.owner}</td>
      <td className="max-w-56 truncate px-4 py-2 font-mono text-xs">{session.image}</td>
      <td className="px-4 py-2 text-muted-foreground">
        {[limits, `${formatDuration(session.max_lifetime_sec * 1_000)} at most`].filter(Boolean).join(' · ')}
      </td>
      <td className="px-4 py-2">
        <Took from={session.created_at} to={isOver ? session.updated_at : null} />
      </td>
      <td className="px-4 py-2">
        {session.last_activity_at === null || isOver ? '–' : <Ago at={session.last_activity_at} />}
        <span className="text-muted-foreground"> / {formatDuration(session.idle_timeout_sec * 1_000)}</span>
      </td>
      <td className="px-4 py-2 text-muted-foreground">{reason === '' ? '–' : visibleText(reason)}</td>
    </tr>
  );
}

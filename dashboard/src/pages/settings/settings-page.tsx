import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Settings } from '../../../../app/core/contracts/http/settings.ts';
import { settingsQuery } from '@/api/queries.ts';
import { PageHead } from '@/components/page-head.tsx';
import { Failed } from '@/components/said.tsx';
import { Ago } from '@/components/time.tsx';
import { Badge, type Tone } from '@/components/ui/badge.tsx';
import { TitledCard } from '@/components/ui/card.tsx';
import { Input } from '@/components/ui/field.tsx';
import { SkeletonRows } from '@/components/ui/skeleton.tsx';
import { visibleText } from '@/lib/visible-text.ts';

const MISSING = { title: 'Settings are not available', text: 'This server does not tell how it is set up.' };

/** How the installation is set up, and whether what it needs answers. */
export function SettingsPage() {
  const settings = useQuery(settingsQuery);
  return (
    <div className="mx-auto max-w-5xl space-y-4 p-4 sm:p-6">
      <PageHead title="Settings">
        {settings.data !== undefined && (
          <span className="text-[13px] text-muted-foreground">Version {settings.data.version}</span>
        )}
      </PageHead>
      {settings.isPending && <SkeletonRows count={8} />}
      {settings.isError && settings.data === undefined && (
        <Failed thrown={settings.error} retry={() => void settings.refetch()} missing={MISSING} />
      )}
      {settings.data !== undefined && (
        <>
          <Health health={settings.data.health} />
          <Variables variables={settings.data.variables} />
        </>
      )}
    </div>
  );
}

type Part = Settings['health'][number];

const NAMES: Readonly<Record<Part['name'], string>> = {
  postgres: 'Postgres',
  queue: 'Queue',
  workspaces: 'Workspaces',
  github: 'GitHub',
  gitlab: 'GitLab',
  git: 'Plain Git servers',
  model: 'Model',
};
const STATES: Readonly<Record<Part['state'], readonly [name: string, tone: Tone]>> = {
  up: ['Up', 'good'],
  down: ['Down', 'bad'],
  off: ['Not configured', 'plain'],
};

function Health({ health }: { readonly health: Settings['health'] }) {
  return (
    <ul className="grid gap-3 sm:grid-cols-2 lg:grid-cols-3" aria-label="Health">
      {health.map((part) => {
        const [state, tone] = STATES[part.state];
        return (
          <li key={part.name} className="rounded-lg border bg-card px-4 py-3">
            <p className="flex items-center justify-between font-medium">
              {NAMES[part.name]} <Badge tone={tone}>{state}</Badge>
            </p>
            <p className="mt-1 text-xs break-words text-muted-foreground">
              {part.detail !== null && `${visibleText(part.detail)} · `}
              {part.latency_ms !== null && `${Math.round(part.latency_ms)} ms · `}
              <Ago at={part.checked_at} />
            </p>
          </li>
        );
      })}
    </ul>
  );
}

function Variables({ variables }: { readonly variables: Settings['variables'] }) {
  const [words, setWords] = useState('');
  const wanted = words.toLowerCase();
  const shown = variables.filter(({ name, description }) => `${name} ${description}`.toLowerCase().includes(wanted));
  return (
    <TitledCard
      title="Configuration"
      aside={
        <Input
          type="search"
          aria-label="Search the configuration"
          placeholder="Search"
          className="h-7 w-44"
          value={words}
          onChange={(event) => setWords(event.target.value)}
        />
      }
    >
      {shown.length === 0 && <p className="py-2 text-[13px] text-muted-foreground">No variable is like that.</p>}
      <dl className="divide-y">
        {shown.map((variable) => (
          <div key={variable.name} className="grid gap-x-6 gap-y-0.5 py-2 text-[13px] md:grid-cols-[19rem_1fr]">
            <dt className="font-mono text-xs leading-5 break-all">{variable.name}</dt>
            <dd className="min-w-0">
              <p className="break-all">{valueOf(variable)}</p>
              <p className="text-xs text-muted-foreground">{variable.description}</p>
            </dd>
          </div>
        ))}
      </dl>
    </TitledCard>
  );
}

function valueOf({ value, is_secret: isSecret, is_set: isSet }: Settings['variables'][number]) {
  if (isSecret) return <Badge tone={isSet ? 'good' : 'plain'}>{isSet ? 'Set, hidden' : 'Not set'}</Badge>;
  if (value === null) return <span className="text-muted-foreground">Not set</span>;
  return (
    <>
      <span className="font-mono text-xs">{visibleText(value)}</span>
      {!isSet && <span className="ml-2 text-xs text-muted-foreground">default</span>}
    </>
  );
}

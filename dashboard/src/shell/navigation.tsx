import { Link } from '@tanstack/react-router';
import { Activity, Gauge, GitPullRequest, Settings2, Siren, SquareTerminal } from 'lucide-react';
import type { Me } from '../../../app/core/contracts/http/me.ts';

const ITEMS = [
  { to: '/', name: 'Overview', icon: Gauge },
  { to: '/runs', name: 'Runs', icon: Activity },
  { to: '/changes', name: 'Merge requests', icon: GitPullRequest },
  { to: '/incidents', name: 'Incidents', icon: Siren },
  { to: '/sessions', name: 'Sandbox sessions', icon: SquareTerminal },
  { to: '/settings', name: 'Settings', icon: Settings2 },
] as const;

/** Name and mark, the way home. */
export function Brand() {
  return (
    <Link to="/" className="flex h-12 items-center gap-2 border-b px-4 font-semibold tracking-tight">
      <img src="/icon.svg" alt="" width={22} height={22} />
      AstraForge
    </Link>
  );
}

/** Where one can go. Settings are for administrators; whoever the server does not tell about sees the way and is told there. */
export function Navigation({ me, onGo }: { readonly me: Me | undefined; readonly onGo?: () => void }) {
  const shown = ITEMS.filter(({ to }) => to !== '/settings' || me === undefined || me.actions.includes('admin'));
  return (
    <nav aria-label="Pages" className="flex-1 space-y-0.5 p-2">
      {shown.map(({ to, name, icon: Icon }) => (
        <Link
          key={to}
          to={to}
          {...(onGo && { onClick: onGo })}
          activeOptions={{ exact: to === '/', includeSearch: false }}
          activeProps={{ className: 'bg-accent text-foreground', 'aria-current': 'page' }}
          inactiveProps={{ className: 'text-muted-foreground hover:bg-muted hover:text-foreground' }}
          className="flex h-8 items-center gap-2.5 rounded-md px-2.5 text-[13px] font-medium"
        >
          <Icon className="size-4" aria-hidden />
          {name}
        </Link>
      ))}
    </nav>
  );
}

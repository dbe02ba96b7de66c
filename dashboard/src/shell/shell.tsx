import { useQuery } from '@tanstack/react-query';
import { Outlet, useLocation } from '@tanstack/react-router';
import { Menu } from 'lucide-react';
import { useEffect, useRef, useState, type RefObject } from 'react';
import { meQuery } from '@/api/queries.ts';
import { useIsSignedOut } from '@/api/query-client.ts';
import { Button } from '@/components/ui/button.tsx';
import { Dialog } from '@/components/ui/dialog.tsx';
import { HelpDialog } from './help-dialog.tsx';
import { JumpBox } from './jump-box.tsx';
import { Brand, Navigation } from './navigation.tsx';
import { useShortcuts } from './shortcuts.ts';
import { SignIn } from './sign-in.tsx';
import { StaleNotice } from './stale-notice.tsx';
import { ThemeToggle } from './theme-toggle.tsx';
import { WhoAmI } from './who-am-i.tsx';

const MAIN = 'main';

/** What stands around every page: navigation, who looks, the way to an id, keys. */
export function Shell() {
  const [open, setOpen] = useState<'menu' | 'help' | null>(null);
  const close = (): void => setOpen(null);
  useShortcuts(() => setOpen('help'));
  const main = useRef<HTMLElement>(null);
  useFocusOfPage(main);
  const me = useQuery(meQuery).data;
  if (useIsSignedOut()) return <SignIn />;
  return (
    <div className="flex h-full">
      <a
        href={`#${MAIN}`}
        className="sr-only z-50 rounded-md bg-primary px-3 py-2 text-primary-foreground focus:not-sr-only focus:fixed focus:top-2 focus:left-2"
      >
        Skip to the content
      </a>
      <aside className="hidden w-52 shrink-0 flex-col border-r bg-card lg:flex">
        <Brand />
        <Navigation me={me} />
        <WhoAmI me={me} />
      </aside>
      <div className="flex min-w-0 flex-1 flex-col">
        <header className="flex h-12 shrink-0 items-center gap-2 border-b bg-card px-3 sm:px-4">
          <Button
            variant="ghost"
            size="icon"
            className="lg:hidden"
            aria-label="Menu"
            aria-expanded={open === 'menu'}
            onClick={() => setOpen('menu')}
          >
            <Menu aria-hidden />
          </Button>
          <JumpBox />
          <ThemeToggle onHelp={() => setOpen('help')} />
        </header>
        <main ref={main} id={MAIN} tabIndex={-1} className="min-h-0 flex-1 overflow-y-auto focus:outline-none">
          <Outlet />
        </main>
      </div>
      <Dialog title="AstraForge" open={open === 'menu'} onClose={close} className="mt-2 ml-2 w-64">
        <Navigation me={me} onGo={close} />
        <WhoAmI me={me} />
      </Dialog>
      <StaleNotice />
      <HelpDialog open={open === 'help'} onClose={close} />
    </div>
  );
}

/** Another page begins at its top, and whoever reads by ear or keyboard begins there too, not where a link was that is gone. */
function useFocusOfPage(main: RefObject<HTMLElement | null>): void {
  const { pathname } = useLocation();
  const before = useRef(pathname);
  useEffect(() => {
    if (before.current === pathname) return;
    before.current = pathname;
    main.current?.focus({ preventScroll: true });
    main.current?.scrollTo(0, 0);
  }, [main, pathname]);
}

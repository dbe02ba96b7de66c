import { useTitle } from '@/components/page-head.tsx';
import { Brand } from './navigation.tsx';

/** Instead of every page, while the server does not know who looks. It comes back to the same page. */
export function SignIn() {
  useTitle('Sign in');
  const back = `${location.pathname}${location.search}`;
  return (
    <main className="grid h-full place-items-center p-6">
      <div className="w-full max-w-sm rounded-lg border bg-card">
        <Brand />
        <div className="space-y-4 p-5">
          <h1 className="text-base font-semibold">Sign in to see runs</h1>
          <p className="text-[13px] text-muted-foreground">
            You are not signed in, or not any more. Nothing is shown to people the server does not know.
          </p>
          <a
            href={`/auth/login?return=${encodeURIComponent(back)}`}
            className="flex h-9 items-center justify-center rounded-md bg-primary text-[13px] font-medium text-primary-foreground hover:opacity-90"
          >
            Sign in
          </a>
        </div>
      </div>
    </main>
  );
}

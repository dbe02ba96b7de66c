import { CloudOff, Inbox, Lock, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { ApiFailure, hasStatus } from '@/api/failure.ts';
import { useTitle } from '@/components/page-head.tsx';
import { Button } from '@/components/ui/button.tsx';

/** Words in the middle of an empty place. */
function Said(props: {
  readonly icon: ReactNode;
  readonly title: string;
  readonly children?: ReactNode;
  readonly role?: 'alert';
}) {
  return (
    <div role={props.role} className="mx-auto flex max-w-md flex-col items-center gap-2 px-6 py-14 text-center">
      <div className="mb-1 grid size-10 place-items-center rounded-full bg-muted text-muted-foreground [&_svg]:size-5">
        {props.icon}
      </div>
      <p className="font-medium">{props.title}</p>
      {props.children !== undefined && <div className="text-[13px] text-muted-foreground">{props.children}</div>}
    </div>
  );
}

/** There is nothing to show, and what would change that. */
export function Nothing({ title, children }: { readonly title: string; readonly children?: ReactNode }) {
  return (
    <Said icon={<Inbox aria-hidden />} title={title}>
      {children}
    </Said>
  );
}

/** Something could not be read: what, why, and a way to try again. `missing` is what a 404 means here. */
export function Failed(props: {
  readonly thrown: unknown;
  readonly retry?: () => void;
  readonly missing?: { readonly title: string; readonly text: string };
}) {
  const { thrown, retry, missing } = props;
  if (missing !== undefined && hasStatus(thrown, 404)) return <Missing {...missing} />;
  if (hasStatus(thrown, 403)) {
    return (
      <Said icon={<Lock aria-hidden />} title="This is not open to you">
        {words(thrown)}
      </Said>
    );
  }
  const away = hasStatus(thrown, 0);
  return (
    <Said
      role="alert"
      icon={away ? <CloudOff aria-hidden /> : <TriangleAlert aria-hidden />}
      title={away ? 'The server cannot be reached' : 'This could not be read'}
    >
      <p>{words(thrown)}</p>
      {retry !== undefined && (
        <Button className="mt-3" onClick={retry}>
          Try again
        </Button>
      )}
    </Said>
  );
}

/** Instead of a page: there is none of that address. */
export function Missing({ title, text }: { readonly title: string; readonly text: string }) {
  useTitle(title);
  return <Nothing title={title}>{text}</Nothing>;
}

function words(thrown: unknown): string {
  return thrown instanceof ApiFailure ? thrown.message : 'The page met something it did not expect.';
}

import { useNavigate } from '@tanstack/react-router';
import { Search } from 'lucide-react';
import { useState, type FormEvent } from 'react';
import { queryClient } from '@/api/query-client.ts';
import { runQuery } from '@/api/queries.ts';
import { Input } from '@/components/ui/field.tsx';
import { hasStatus } from '@/api/failure.ts';

const ID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/i;

/** Goes to the run or the request whose id, or any address that holds it, is typed or pasted. */
export function JumpBox() {
  const navigate = useNavigate();
  const [said, setSaid] = useState('');
  const jump = async (event: FormEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault();
    const form = event.currentTarget;
    const typed = new FormData(form).get('id');
    const id = typeof typed === 'string' ? ID.exec(typed)?.[0].toLowerCase() : undefined;
    if (id === undefined) return setSaid('That holds no id.');
    setSaid('');
    const to = await whatIs(id);
    form.reset();
    await navigate({ to, params: { id } });
  };
  return (
    <form role="search" className="relative w-full max-w-sm" onSubmit={(event) => void jump(event)}>
      <Search className="pointer-events-none absolute top-2 left-2.5 size-4 text-muted-foreground" aria-hidden />
      <Input
        type="search"
        name="id"
        aria-label="Go to the id of a run or request"
        placeholder="Id of a run or request"
        autoComplete="off"
        className="bg-background pl-8"
        onChange={() => setSaid('')}
      />
      <p role="status" className="absolute top-full left-0 z-20 mt-1 rounded-md bg-popover text-[13px] text-bad">
        {said !== '' && <span className="block rounded-md border px-2.5 py-1.5 shadow-sm">{said}</span>}
      </p>
    </form>
  );
}

/** Ids do not tell what they are of; whatever is no run is looked for among the requests, whose page says so if it is none. */
async function whatIs(id: string): Promise<'/runs/$id' | '/requests/$id'> {
  try {
    await queryClient.fetchQuery(runQuery(id));
    return '/runs/$id';
  } catch (thrown) {
    return hasStatus(thrown, 404) ? '/requests/$id' : '/runs/$id';
  }
}

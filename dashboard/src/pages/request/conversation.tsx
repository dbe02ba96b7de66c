import { Link } from '@tanstack/react-router';
import { Bot, User } from 'lucide-react';
import { Markdown } from '@/components/markdown.tsx';
import { Ago } from '@/components/time.tsx';
import type { Request } from '@/generated/client/types.gen.ts';
import { cn } from '@/lib/cn.ts';
import { visibleText } from '@/lib/visible-text.ts';

type Message = Request['metadata']['chat_messages'][number];

/** What people said, and what runs answered, in order. Words of people are shown as they wrote them. */
export function Conversation({ messages, by }: { readonly messages: readonly Message[]; readonly by: string }) {
  return (
    <ol className="space-y-4">
      {messages.map((message, at) => (
        <li key={at} className="flex gap-3">
          <span
            className={cn(
              'grid size-7 shrink-0 place-items-center rounded-full [&_svg]:size-4',
              message.role === 'user' ? 'bg-busy-soft text-busy' : 'bg-good-soft text-good',
            )}
            aria-hidden
          >
            {message.role === 'user' ? <User /> : <Bot />}
          </span>
          <div className="min-w-0 flex-1">
            <p className="mb-1 flex items-center gap-2 text-xs text-muted-foreground">
              <span className="font-medium text-foreground">{nameOf(message, at, by)}</span>
              <Ago at={message.created_at} />
              {message.run_id !== undefined && (
                <Link
                  to="/runs/$id"
                  params={{ id: message.run_id }}
                  className="text-primary underline underline-offset-2"
                >
                  its run
                </Link>
              )}
            </p>
            {message.role === 'assistant' ? (
              <Markdown text={message.message} />
            ) : (
              <p className="break-words whitespace-pre-wrap">{visibleText(message.message)}</p>
            )}
          </div>
        </li>
      ))}
    </ol>
  );
}

/** The API tells who began; later words may be of anybody. */
function nameOf(message: Message, at: number, by: string): string {
  if (message.role === 'assistant') return 'AstraForge';
  return at === 0 ? by : 'Follow-up';
}

import { Link } from '@tanstack/react-router';
import { Bot, Paperclip, User } from 'lucide-react';
import { Markdown } from '@/components/markdown.tsx';
import { Ago } from '@/components/time.tsx';
import type { Request } from '@/generated/client/types.gen.ts';
import { cn } from '@/lib/cn.ts';
import { visibleText } from '@/lib/visible-text.ts';

type Message = Request['metadata']['chat_messages'][number];

/** What people said, and what runs answered, in order. Words of people are shown as they wrote them. */
export function Conversation({ messages }: { readonly messages: readonly Message[] }) {
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
              <span className="font-medium text-foreground">{nameOf(message)}</span>
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
            <Attachments of={message} />
          </div>
        </li>
      ))}
    </ol>
  );
}

function nameOf({ role, author }: Message): string {
  return role === 'assistant' ? 'AstraForge' : visibleText(author ?? 'Somebody');
}

/** Names of the pictures that came along; pictures of strangers are not drawn into the page. */
function Attachments({ of: { attachments = [] } }: { readonly of: Message }) {
  if (attachments.length === 0) return null;
  return (
    <ul aria-label="Attachments" className="mt-1.5 flex flex-wrap gap-2 text-xs text-muted-foreground">
      {attachments.map(({ name, content_type: type }, at) => (
        <li key={at} className="flex max-w-full items-center gap-1 rounded-md border px-2 py-0.5">
          <Paperclip className="size-3.5 shrink-0" aria-hidden />
          <span className="truncate">{visibleText(name)}</span> {type.replace('image/', '').toUpperCase()}
        </li>
      ))}
    </ul>
  );
}

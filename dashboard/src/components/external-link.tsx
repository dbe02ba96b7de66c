import { ArrowUpRight } from 'lucide-react';
import type { ReactNode } from 'react';
import { cn } from '@/lib/cn.ts';

const WEB = /^https?:\/\//i;

/** A link that leaves AstraForge. An address that is none of the web's is shown as text: it comes from hosts and agents. */
export function ExternalLink(props: {
  readonly href: string;
  readonly className?: string | undefined;
  readonly children: ReactNode;
}) {
  if (!WEB.test(props.href)) return <span className={props.className}>{props.children}</span>;
  return (
    <a
      href={props.href}
      target="_blank"
      rel="noopener noreferrer nofollow"
      className={cn('inline-flex items-center gap-0.5 underline-offset-2 hover:underline', props.className)}
    >
      {props.children}
      <ArrowUpRight className="size-3.5 shrink-0" aria-label="(opens in a new tab)" />
    </a>
  );
}

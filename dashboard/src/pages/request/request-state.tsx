import { Badge, type Tone } from '@/components/ui/badge.tsx';
import type { Request } from '@/generated/client/types.gen.ts';

const LOOKS: Readonly<Record<Request['state'], readonly [name: string, tone: Tone]>> = {
  RECEIVED: ['Received', 'plain'],
  SPEC_READY: ['Specified', 'busy'],
  CHAT_REVIEWED: ['Discussed', 'busy'],
  PLAN_READY: ['Plan ready', 'wait'],
  EXECUTING: ['At work', 'busy'],
  PATCH_READY: ['Patch ready', 'busy'],
  MR_OPENED: ['Opened', 'good'],
  REVIEWED: ['Reviewed', 'good'],
  DONE: ['Done', 'good'],
  FAILED: ['Failed', 'bad'],
};

/** Where a request stands, as a badge; what was opened is called as its host calls it. */
export function RequestStateBadge({ request }: { readonly request: Request }) {
  const [name, tone] = LOOKS[request.state];
  const change = request.project.provider === 'gitlab' ? 'Merge request' : 'Pull request';
  return <Badge tone={tone}>{request.state === 'MR_OPENED' ? `${change} opened` : name}</Badge>;
}

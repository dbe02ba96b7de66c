import type { RunSummary } from '@/generated/client/types.gen.ts';

/** The conversation something was asked in, as people of its host write it (`#12`, `!3`); what came by the API was said in none. */
export function threadName(
  { provider }: Pick<RunSummary['repository'], 'provider'>,
  thread: RunSummary['thread'],
): string {
  if (thread === null) return 'by the API';
  return `${provider === 'gitlab' && thread.kind === 'pull' ? '!' : '#'}${thread.number}`;
}

import { z } from 'zod';

/** A question to a measured process; `id` comes back with the answer. */
export const Ask = z.object({ id: z.number(), ask: z.string(), input: z.unknown() });

/** The answer, or why there is none. */
export const Answer = z.object({ id: z.number(), answer: z.unknown(), error: z.string().optional() });

/** What a process has used and holds. With garbage collected first, `heapBytes` is what is really in use. */
export const Usage = z.object({
  /** Processor time so far, user and system, microseconds. */
  cpuMicros: z.number(),
  /** Resident memory. */
  rssBytes: z.number(),
  heapBytes: z.number(),
});
export type Usage = z.infer<typeof Usage>;

/** Input of the ask `usage`. */
export const UsageAsk = z.object({ collectGarbage: z.boolean() });

/** Answers the asks of the process that started this one, and ends this one when the other is gone. */
export function answerAsks(handlers: Readonly<Record<string, (input: unknown) => unknown>>): void {
  process.on('message', (message) => {
    const asked = Ask.safeParse(message);
    const handle = asked.success ? handlers[asked.data.ask] : undefined;
    if (!asked.success || handle === undefined) return;
    const { id, input } = asked.data;
    Promise.resolve()
      .then(() => handle(input))
      .then(
        (answer) => process.send?.({ id, answer }),
        (thrown: unknown) => process.send?.({ id, answer: null, error: String(thrown) }),
      );
  });
  process.on('disconnect', () => process.exit(1));
  process.channel?.unref();
}

import { setTimeout as wait } from 'node:timers/promises';

const DEADLINE_MS = 60_000;
const EVERY_MS = 20;

/** The first answer that is neither undefined nor false; throws when there is none within a minute, which a busy machine may need. */
export async function eventually<Answer>(ask: () => Promise<Answer | undefined | false>): Promise<Answer> {
  const end = Date.now() + DEADLINE_MS;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined && answer !== false) return answer;
    if (Date.now() > end) throw new Error(`it did not happen within ${DEADLINE_MS} ms`);
    await wait(EVERY_MS);
  }
}

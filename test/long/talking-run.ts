import type { RunStep } from '#core/ports/store.ts';
import type { ApiScene } from '../app/http/api/api-scene.ts';
import { anEvent, claimed, submitted } from '../contract/store-subject.ts';

/** A run whose log the test writes. */
export interface TalkingRun {
  readonly id: string;
  readonly requestId: string;
  /** Appends that many lines, published as a worker does; gives the last position. */
  say(count: number, text?: string): Promise<number>;
  end(status: 'succeeded' | 'failed' | 'cancelled'): Promise<number>;
}

/** Begins one; its first position is taken by what was asked. */
export async function talkingRun({ opened, stream }: ApiScene): Promise<TalkingRun> {
  const { store } = opened;
  const { request, run } = await submitted(store);
  const claim = await claimed(store, run);
  const advance = async (step: RunStep): Promise<number> => {
    const placed = await store.runs.advance(claim, step);
    if (placed === 'lost') throw new Error('the claim was lost');
    await stream.publish(request.id, placed);
    return placed.at(-1)?.position ?? 0;
  };
  return {
    id: run.id,
    requestId: request.id,
    say: (count, text = 'line') =>
      advance({ log: Array.from({ length: count }, (_, at) => anEvent(run, `${text} ${at}`)) }),
    end: (status) =>
      advance({
        run: { status },
        log: [{ ...anEvent(run, status), type: status === 'succeeded' ? 'completed' : 'error', final: true }],
      }),
  };
}

import { expect } from 'vitest';
import { z } from 'zod';
import { DEFAULT_USAGE } from '../fakes/model/scenario.ts';
import type { Scene } from '../flow/hosts/scene-on.ts';
import type { Place, Said } from '../flow/hosts/said.ts';
import type { Comment } from '../flow/hosts/scene.ts';
import { until } from '../flow/world.ts';
import type { Apart } from './apart.ts';

/** What is looked at after each comment of a long conversation that began on an issue. */
export interface DialogueWatch {
  /** The progress comment of the n-th request, from 1. */
  progress(request: number): Comment | undefined;
  /** Waits until that progress comment says so; of the first request unless told. */
  says(words: RegExp | string, request?: number): Promise<Comment>;
  /** Waits until it says so and its run is over. */
  ended(words: RegExp | string, request?: number): Promise<Comment>;
  /** Waits until the delivery of these words was dealt with. */
  settled(said: Said, apart: Apart): Promise<void>;
  /** Whether the model was asked for that. */
  asksFor(words: string): boolean;
  /** The newest question to the model was of the first request's thread, and held these words of earlier. */
  remembers(words: string): void;
  /** One progress comment for each request, the same as ever; each answer there once; nothing the host forbids. */
  holds(count: { requests: number; replies: number }): void;
  /** Whose commits a branch has beside those of its base, in order of the alphabet; ours are `the bot`'s. */
  authors(branch: string, names: readonly string[]): void;
  /** The progress comment of a request says as many tokens as the model took since the run before had ended. */
  paid(request?: number): void;
}

const Asked = z.object({ prompt_cache_key: z.string() });
const TOKENS_OF_ONE = DEFAULT_USAGE.inputTokens + DEFAULT_USAGE.outputTokens;
const MARKER = /astraforge:(?:comment|reply):[0-9a-f-]+/;

/** Watches a conversation from outside. */
export function watchDialogue(scene: Scene, issue: Place): DialogueWatch {
  const known: number[] = [];
  // What the runs before had ended with is shown until the next report of the run that goes on.
  const endings = new Set<string>();
  let since: readonly [number, number] = [0, 0];
  const progress = (request: number) => scene.progress(issue)[request - 1];
  const says = (words: RegExp | string, request = 1, isOver = false) =>
    until(`request ${request} to say ${String(words)}; it says ${progress(request)?.body}`, () => {
      const comment = progress(request);
      if (comment === undefined) return undefined;
      if (isOver && (comment.body.includes('to cancel') || endings.has(comment.body))) return undefined;
      const fits = typeof words === 'string' ? comment.body.includes(words) : words.test(comment.body);
      return fits && comment;
    });
  const questions = () =>
    scene.model.requests.map(({ body }) => ({
      thread: Asked.parse(body).prompt_cache_key,
      text: JSON.stringify(body),
    }));
  return {
    progress,
    says: (words, request) => says(words, request),
    async ended(words, request) {
      const comment = await says(words, request, true);
      endings.add(comment.body);
      since = [since[1], scene.model.requests.length];
      return comment;
    },
    settled: ({ guid }, apart) =>
      until('the delivery to be settled', () =>
        apart
          .output()
          .split('\n')
          .some((line) => line.includes('delivery settled') && line.includes(guid)),
      ).then(() => undefined),
    asksFor: (words) => questions().some(({ text }) => text.includes(words)),
    remembers(words) {
      const [first, last] = [questions().at(0), questions().at(-1)];
      expect(last?.thread).toBe(first?.thread);
      expect(last?.text).toContain(words);
    },
    holds({ requests, replies }) {
      const ids = scene.progress(issue).map(({ id }) => id);
      expect(ids.slice(0, known.length)).toEqual(known);
      expect(ids).toHaveLength(requests);
      known.splice(0, known.length, ...ids);
      const places = [issue, ...scene.changesFor(issue)];
      const ours = places.flatMap((place) => scene.ours(place));
      expect(ours.filter(({ body }) => body.includes('astraforge:reply:'))).toHaveLength(replies);
      const markers = ours.map(({ body }) => MARKER.exec(body)?.[0]);
      expect(new Set(markers).size).toBe(ours.length);
      scene.assertNoViolations();
    },
    authors(branch, names) {
      const found = scene.git('log', '--format=%an', `main..${branch}`).trim().split('\n');
      const named = found.map((name) => (name.toLowerCase() === scene.ourLogin.toLowerCase() ? 'the bot' : name));
      expect([...new Set(named)].toSorted()).toEqual(names);
    },
    paid(request = 1) {
      const answered = scene.model.requests
        .slice(...since)
        .filter(({ answer }) => answer.includes('response.completed'));
      expect(answered.length).toBeGreaterThan(0);
      const [, shown = ''] = /([\d,]+) tokens/.exec(progress(request)?.body ?? '') ?? [];
      expect(Number(shown.replaceAll(',', ''))).toBe(answered.length * TOKENS_OF_ONE);
    },
  };
}

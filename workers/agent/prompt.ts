import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { AppError } from '#core/domain/errors.ts';
import { fullName } from '#core/domain/repo.ts';
import type { WorkRequest } from '#core/domain/work-request.ts';
import { clipText } from './plain-text.ts';
import { withoutHidden, withoutInvisible } from './without-hidden.ts';

/** What a prompt is made from. `nonce` is random, new for each run, and marks where people's text begins and ends. */
export interface PromptInput {
  readonly request: WorkRequest;
  readonly nonce: string;
}

/** Characters of each text that go into the prompt; of a longer one the middle is left out. */
const TITLE_CHARACTERS_MAX = 1_000;
const TEXT_CHARACTERS_MAX = 60_000;
const HUNK_CHARACTERS_MAX = 20_000;
const NONCE_BYTES = 12;
/** Letters and digits, long enough not to be guessed while the run lasts. */
const NONCE = /^[A-Za-z0-9]{16,64}$/;
const PLACEHOLDER = /\{\{([a-z]+)\}\}/g;
const REVIEW_SECTION = /\{\{#review\}\}\n([\s\S]*?)\{\{\/review\}\}\n/;

/** Reads the template once and gives back how a request becomes the prompt of one run, with a nonce of its own. */
export async function openPrompts(): Promise<(request: WorkRequest) => string> {
  const template = await readFile(new URL('prompts/request.md', import.meta.url), 'utf8');
  return (request) => renderPrompt(template, { request, nonce: randomBytes(NONCE_BYTES).toString('hex') });
}

/**
 * The whole prompt of a run. Texts of people are put between marker lines with the nonce, which none of them can contain;
 * they are cut to a bounded size, and what a reader of the page would not see is taken out. Pure.
 * @throws AppError `internal` when the nonce is too weak, occurs in a text, or the template names something unknown.
 */
export function renderPrompt(template: string, { request, nonce }: PromptInput): string {
  if (!NONCE.test(nonce)) throw new AppError('internal', 'The nonce of a prompt must be 16 to 64 letters and digits');
  const { trigger } = request;
  const review = trigger.kind === 'review-comment' ? trigger : { path: '', hunk: '' };
  const values = new Map([
    ['nonce', nonce],
    ['repository', fullName(request.repo)],
    ['base', request.base.ref],
    ['requester', request.requester.login],
    ['thread', `${request.thread.kind === 'pull' ? 'pull request' : 'issue'} #${request.thread.number}`],
    ['prompt', clipText(withoutHidden(request.prompt), TEXT_CHARACTERS_MAX)],
    ['title', clipText(oneLine(withoutHidden(request.thread.title)), TITLE_CHARACTERS_MAX)],
    ['body', clipText(withoutHidden(request.thread.body), TEXT_CHARACTERS_MAX)],
    ['path', oneLine(withoutInvisible(review.path))],
    ['hunk', clipText(withoutInvisible(review.hunk), HUNK_CHARACTERS_MAX)],
  ]);
  for (const [name, value] of values) {
    if (name !== 'nonce' && value.includes(nonce))
      throw new AppError('internal', 'The nonce of a prompt is not secret');
  }
  const sections = template.replace(REVIEW_SECTION, trigger.kind === 'review-comment' ? '$1' : '');
  return sections.replaceAll(PLACEHOLDER, (_whole, name: string) => {
    const value = values.get(name);
    if (value === undefined) throw new AppError('internal', `The prompt template names something unknown: ${name}`);
    return value.trim();
  });
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ');
}

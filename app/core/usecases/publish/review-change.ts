import { parseReviewAnswer, type ReviewAnswer } from '../../contracts/review-answer.ts';
import { changedLines } from '../../domain/change/diff.ts';
import { effectMarker } from '../../domain/host/effect.ts';
import { traitsOf } from '../../domain/host/host-traits.ts';
import { AppError } from '../../domain/errors.ts';
import { countLine, findingBody, reviewBody, reviewText, type ReviewText } from '../../domain/change/finding-text.ts';
import { judgeReview, reviewScope, withoutLines } from '../../domain/change/review-judgement.ts';
import { threadOf } from '../../domain/request/work-request.ts';
import type { ChangeDiff, Reviewer } from '../../ports/host/reviewer.ts';
import type { Effects, Runs } from '../../ports/store.ts';
import type { BaseReader, Placed } from '../../ports/host/vcs.ts';
import { applyEffect } from '../report/apply-effect.ts';
import { cancellation, failed, notReviewed, reviewed, type Ending } from '../run/end-run.ts';
import type { HeldRun } from '../run/hold-run.ts';
import { readTerms, type ReadTermsDeps, type RunTerms } from '../config/read-terms.ts';
import { runAgent, type RunAgentDeps } from '../run/run-agent.ts';
import { stopIfAsked, unlessStopped } from '../run/unless-stopped.ts';

/** What reviewing needs. A host that cannot be reviewed on has none of a {@link Reviewer}. */
export type ReviewChangeDeps = RunAgentDeps &
  ReadTermsDeps & {
    readonly store: { readonly runs: Runs; readonly effects: Effects };
    readonly host: Partial<Reviewer> & BaseReader;
  };

/** More files are not even listed: no configuration lets so many be reviewed in one go. */
const FILES_READ_MAX = 1_000;

/**
 * Reviews a change: an agent reads it in a workspace whose changes are thrown away, what it finds is posted as one
 * review, and discussions whose code is mended are resolved. Doing it again posts nothing again, and asks no agent once its
 * answer is on record.
 * @throws AppError as the ports; `conflict` when the run had to stop.
 */
export async function reviewChange(deps: ReviewChangeDeps, held: HeldRun, terms: RunTerms): Promise<Ending> {
  const { repo } = held.request;
  const thread = threadOf(held.request);
  const reviewer = reviewerOf(deps.host);
  if (reviewer === undefined)
    return failed({ code: 'unsupported', message: `Reviews are not built yet for ${repo.provider}.` });
  const { review: rules } = terms.config;
  const diff = await unlessStopped(held, deps, reviewer.readDiff(repo, thread.number, FILES_READ_MAX));
  if (diff.headSha !== held.base.sha) return failed(moved(held, diff));
  const scope = reviewScope(diff, rules, changedLines);
  if (scope.kind === 'nothing') return notReviewed(scope.reason);
  const answer = await answerOf(deps, held, { terms, diff: { ...diff, files: scope.files } });
  if (answer.kind === 'ending') return answer.ending;
  const all = await unlessStopped(held, deps, reviewer.ourThreads(repo, thread.number));
  // What an earlier try of this very review has posted is still its news, or the review would end as another than it began.
  const threads = all.filter(({ reviewId }) => reviewId !== held.run.id);
  const judgement = judgeReview({
    findings: redacted(deps, answer.answer),
    files: scope.files,
    // A head that has moved since says nothing about code that nobody has looked at.
    threads: (await isCurrent(deps, held)) ? threads : threads.map((one) => ({ ...one, line: one.line ?? 0 })),
    rules,
    digest: (text) => deps.runtime.sha256(text),
  });
  const summary = deps.redactor.redact(answer.answer.summary);
  const text = { judgement, summary, headSha: diff.headSha, leftOut: scope.leftOut };
  await held.step({ run: { status: 'publishing' } }, note(countLine(judgement)));
  const placed = await post(deps, held, { reviewer, diff, text });
  for (const id of judgement.resolved) await resolve(held, { reviewer, id });
  const words = placed === undefined ? reviewText(text) : `${countLine(judgement)}: ${placed.url}`;
  return reviewed({ words, failing: judgement.failing, failOn: rules.fail_on });
}

function reviewerOf(host: Partial<Reviewer>): Reviewer | undefined {
  const { readDiff, ourThreads, postReview, findReview, resolveThread } = host;
  if (!readDiff || !ourThreads || !postReview || !findReview || !resolveThread) return undefined;
  return { readDiff, ourThreads, postReview, findReview, resolveThread };
}

function moved({ base, request }: HeldRun, { headSha }: ChangeDiff) {
  const shas = `from \`${base.sha.slice(0, 12)}\` to \`${headSha.slice(0, 12)}\``;
  return {
    code: 'moved',
    message: `The ${traitsOf(request.repo.provider).changeWord} went ${shas} before this review began. Ask again to have that reviewed.`,
  };
}

function note(message: string) {
  return { type: 'status', stage: 'review', message } as const;
}

async function isCurrent({ host }: ReviewChangeDeps, held: HeldRun): Promise<boolean> {
  const { repo } = held.request;
  const thread = threadOf(held.request);
  return (await host.baseOf(repo, thread)).sha === held.base.sha;
}

type Answered =
  { readonly kind: 'answer'; readonly answer: ReviewAnswer } | { readonly kind: 'ending'; readonly ending: Ending };

/** The reviewer's answer, from the record where another worker has got that far. */
async function answerOf(
  deps: ReviewChangeDeps,
  held: HeldRun,
  { terms, diff }: { terms: RunTerms; diff: ChangeDiff },
): Promise<Answered> {
  const recorded = held.run.finalMessage === null ? undefined : parseReviewAnswer(held.run.finalMessage);
  if (recorded?.kind === 'answer') return recorded;
  const outcome = await runAgent(deps, held, { terms, duty: { kind: 'review', diff } });
  if (outcome.kind === 'unfinished') {
    const isCancelled = outcome.status === 'cancelled';
    const failure = isCancelled ? await cancellation(deps.store, held.run.id) : outcome.failure;
    return { kind: 'ending', ending: failed(failure, outcome.status) };
  }
  const parsed = parseReviewAnswer(outcome.kind === 'planned' ? outcome.plan : '');
  if (parsed.kind !== 'answer') return { kind: 'ending', ending: unreadable(parsed.reason) };
  // The agent may have read for long: whether this may still be posted is asked anew.
  const still = await unlessStopped(held, deps, readTerms(deps, held));
  return still.kind === 'refused' ? { kind: 'ending', ending: failed(still.failure) } : parsed;
}

/** What cannot be read is not shown either: it was meant for us. */
function unreadable(message: string): Ending {
  const ending = failed({ code: 'agent', message });
  return { ...ending, run: { ...ending.run, finalMessage: null } };
}

/** Code that had a secret in it would not mend anything any more. */
function redacted({ redactor }: ReviewChangeDeps, { findings }: ReviewAnswer): ReviewAnswer['findings'] {
  return findings.map((said) => {
    const { suggestion } = said;
    const isClean = suggestion === null || redactor.redact(suggestion) === suggestion;
    return {
      ...said,
      path: redactor.redact(said.path),
      title: redactor.redact(said.title),
      body: redactor.redact(said.body),
      suggestion: isClean ? suggestion : null,
    };
  });
}

interface Posting {
  readonly reviewer: Reviewer;
  readonly diff: ChangeDiff;
  readonly text: ReviewText;
}

/** Posts what is new; nothing when nothing is. Should the host not take a place after all, everything is in the text. */
async function post(deps: ReviewChangeDeps, held: HeldRun, posting: Posting): Promise<Placed | undefined> {
  const { judgement } = posting.text;
  if (judgement.remarks.length + judgement.listed.length === 0) return undefined;
  try {
    return await postOnce(deps, held, posting);
  } catch (thrown) {
    const isPlace = thrown instanceof AppError && thrown.code === 'invalid' && judgement.remarks.length > 0;
    if (!isPlace) throw thrown;
    deps.logger.warn({ runId: held.run.id, err: thrown }, 'the host refuses a place in a diff');
    return await postOnce(deps, held, { ...posting, text: { ...posting.text, judgement: withoutLines(judgement) } });
  }
}

function postOnce(deps: ReviewChangeDeps, held: HeldRun, { reviewer, diff, text }: Posting): Promise<Placed> {
  const { request, claim } = held;
  const { repo } = request;
  const thread = threadOf(request);
  const { id } = held.run;
  return applyEffect(
    deps.store,
    { subjectId: id, kind: 'review', claim },
    {
      find: () => reviewer.findReview(repo, thread.number, effectMarker(id, 'review')),
      create: () => {
        // Of a lost run the other worker's ledger entry must stay as it is.
        if (held.stopReason !== 'lost') stopIfAsked(held);
        const remarks = text.judgement.remarks.flatMap((finding) => {
          const { key, at } = finding;
          return at === undefined ? [] : [{ key, place: at.place, body: findingBody(finding, id) }];
        });
        return reviewer.postReview(repo, { number: thread.number, diff, summary: reviewBody(id, text), remarks });
      },
    },
  );
}

/** A host that will not have one resolved keeps it open, which is no failure of the review. */
async function resolve(held: HeldRun, { reviewer, id }: { reviewer: Reviewer; id: string }): Promise<void> {
  const { repo } = held.request;
  const thread = threadOf(held.request);
  stopIfAsked(held);
  await reviewer.resolveThread(repo, thread.number, id).catch((thrown: unknown) => {
    if (!(thrown instanceof AppError) || thrown.retryable) throw thrown;
    held.note(note(`A discussion could not be resolved: ${thrown.message}`));
  });
}

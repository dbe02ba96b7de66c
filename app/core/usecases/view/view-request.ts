import type { RequestDetail, RequestSummary } from '../../contracts/http/requests.ts';
import { fullName, type RepoRef } from '../../domain/host/repo.ts';
import { titleOf } from '../../domain/run/proposal.ts';
import type { Redactor } from '../../domain/text/secrets.ts';
import { branchOf, type WorkRequest } from '../../domain/request/work-request.ts';
import type { Attachment } from '../../ports/access/attachments.ts';
import type { History, HistoryPage, RequestLine, RequestRecord } from '../../ports/history.ts';
import { pushedIn, statusWord } from './view-run.ts';

/** What looking at requests needs. */
export interface ViewRequestDeps {
  readonly history: History;
  readonly redactor: Redactor;
  /** Address of the host that a repository is on. */
  readonly addressOf: (repo: RepoRef) => string;
}

/** A tenant's requests, newest first. Throws AppError as the history does. */
export async function listRequests(
  deps: ViewRequestDeps,
  tenantId: string,
  page: HistoryPage,
): Promise<readonly RequestSummary[]> {
  const lines = await deps.history.requests(tenantId, page);
  return lines.map((line) => summaryOf(deps, line));
}

/** One request with the conversation about it; undefined when the tenant has none of that id. */
export async function viewRequest(
  deps: ViewRequestDeps,
  tenantId: string,
  id: string,
): Promise<RequestDetail | undefined> {
  const record = await deps.history.request(tenantId, id);
  if (record === undefined) return undefined;
  const summary = summaryOf(deps, record);
  const ofApi = [record.request, ...record.messages].filter(({ thread }) => thread === null);
  const attachments = await deps.history.attachments(
    tenantId,
    ofApi.map((words) => words.id),
  );
  return {
    ...summary,
    payload: { ...summary.payload, attachments: shown(attachments.get(id)) },
    metadata: { ...summary.metadata, chat_messages: conversation(deps, record, attachments) },
  };
}

function summaryOf(deps: ViewRequestDeps, { request, tenantId, runs }: RequestLine): RequestSummary {
  const redact = (text: string): string => deps.redactor.redact(text);
  const prompt = redact(request.prompt);
  const project = projectOf(request, deps.addressOf);
  const change = runs.findLast((run) => run.change !== null)?.change ?? null;
  const mr = change && {
    number: change.number,
    ref: change.url,
    source_branch: branchOf(request.id),
    target_branch: request.base.ref,
  };
  const { thread, call } = request;
  return {
    id: request.id,
    tenant_id: tenantId,
    source: call?.source ?? request.repo.provider,
    sender: redact(call?.sender ?? ''),
    project,
    state: request.state,
    payload: { title: titleOf(prompt), description: prompt, context: {}, attachments: [] },
    artifacts: runs.map(pushedIn).findLast(({ branch }) => branch !== undefined) ?? {},
    metadata: {
      project,
      prompt,
      requester: { id: request.requester.id, login: request.requester.login },
      thread: thread && { kind: thread.kind, number: thread.number, title: redact(thread.title) },
      runs: runs.map((run) => ({
        id: run.id,
        status: statusWord(run.status),
        state: run.status,
        started_at: run.startedAt,
        finished_at: run.finishedAt,
      })),
      ...(mr === null ? {} : { mr }),
    },
    created_at: request.createdAt,
  };
}

function projectOf({ repo, call }: WorkRequest, addressOf: ViewRequestDeps['addressOf']): RequestSummary['project'] {
  return {
    id: call?.linkId ?? null,
    provider: repo.provider,
    repository: fullName(repo),
    base_url: addressOf(repo),
  };
}

/** Pictures as they were sent. */
function shown(attachments: readonly Attachment[] = []): RequestSummary['payload']['attachments'] {
  return attachments.map(({ name, contentType, bytes }) => {
    return { name, content_type: contentType, uri: `data:${contentType};base64,${base64Of(bytes)}` };
  });
}

/** Bytes encoded in one go; a multiple of three, so that the parts fit together. */
const ENCODED_AT_ONCE = 24_576;

function base64Of(bytes: Uint8Array): string {
  const parts: string[] = [];
  for (let at = 0; at < bytes.length; at += ENCODED_AT_ONCE)
    parts.push(btoa(String.fromCharCode(...bytes.subarray(at, at + ENCODED_AT_ONCE))));
  return parts.join('');
}

/** What people said and what each run answered, in the order of time. */
function conversation(
  { redactor }: Pick<ViewRequestDeps, 'redactor'>,
  { request, runs, messages }: RequestRecord,
  attachments: ReadonlyMap<string, readonly Attachment[]>,
): RequestDetail['metadata']['chat_messages'] {
  const asked = [{ ...request, text: request.prompt, actor: request.requester }, ...messages].map((said) => ({
    role: 'user' as const,
    message: redactor.redact(said.text),
    author: said.actor.login,
    created_at: said.createdAt,
    ...(attachments.has(said.id) ? { attachments: shown(attachments.get(said.id)) } : {}),
  }));
  const answered = runs.flatMap(({ id, finalMessage, finishedAt, createdAt }) =>
    finalMessage === null
      ? []
      : [
          {
            role: 'assistant' as const,
            message: redactor.redact(finalMessage),
            created_at: finishedAt ?? createdAt,
            run_id: id,
          },
        ],
  );
  return [...asked, ...answered].toSorted((a, b) => a.created_at.localeCompare(b.created_at));
}
